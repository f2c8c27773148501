#!/usr/bin/env python3
"""Reads the list of packages that `cargo auditable` puts into a program, and compares it with Cargo.lock.

    auditable.py BINARY

It is JSON, packed by zlib, in a section of its own. Found by its look, so that ELF, Mach-O and PE are read alike.
"""

import json
import re
import sys
import tomllib
import zlib
from pathlib import Path


def packages(program: bytes) -> list[dict]:
    for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", program):
        try:
            told = zlib.decompressobj().decompress(program[found.start() :], 4_000_000)
            listed = json.loads(told)["packages"]
        except (zlib.error, ValueError, KeyError, TypeError):
            continue
        return listed
    sys.exit("the program does not tell what it is made of")


def main() -> None:
    listed = packages(Path(sys.argv[1]).read_bytes())
    locked = tomllib.loads(Path("Cargo.lock").read_text())["package"]
    known = {(one["name"], one["version"]) for one in locked}
    unknown = [one for one in listed if (one["name"], one["version"]) not in known]
    if unknown or not any(one.get("root") and one["name"] == "payctl" for one in listed):
        sys.exit(f"the program tells of packages that Cargo.lock does not have: {unknown}")
    print(f"{sys.argv[1]}: {len(listed)} packages inside")


main()
