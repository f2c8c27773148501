#!/usr/bin/env python3
"""Collects the licences of all that is inside the program for one target, as most of them ask of who passes it on.

    notices.py TARGET FILE

Reads what cargo has fetched. Texts that are the same stand once, below the packages that have them. A package without a
text is told with its licence's name; one without a licence is refused.
"""

import json
import subprocess
import sys
from pathlib import Path

NAMES = ("licen", "copying", "notice", "unlicense", "copyright")


def inside(told: dict) -> list[dict]:
    """The packages that payctl needs at run time: no tests, nothing that is for building only."""
    edges = {node["id"]: node["deps"] for node in told["resolve"]["nodes"]}
    waiting = [told["resolve"]["root"]]
    found: set[str] = set()
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        for edge in edges[one]:
            if any(kind["kind"] is None for kind in edge["dep_kinds"]):
                waiting.append(edge["pkg"])
    found.discard(told["resolve"]["root"])
    by_id = {package["id"]: package for package in told["packages"]}
    return sorted((by_id[one] for one in found), key=lambda one: (one["name"], one["version"]))


def texts_of(package: dict) -> list[str]:
    folder = Path(package["manifest_path"]).parent
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name.lower().startswith(NAMES))
    texts = [path.read_text(errors="replace").replace("\r\n", "\n").strip() for path in files if path.suffix != ".rs"]
    return texts or [f"Licence: {package['license']}. The package has no text of it."]


def main() -> None:
    target, file = sys.argv[1:]
    call = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    packages = inside(json.loads(subprocess.run(call, check=True, stdout=subprocess.PIPE).stdout))
    sharing: dict[str, list[str]] = {}
    for package in packages:
        if not package["license"]:
            sys.exit(f"{package['name']} has no licence")
        name = f"{package['name']} {package['version']} ({package['license']})"
        for text in texts_of(package):
            sharing.setdefault(text, []).append(name)
    line = "=" * 79
    parts = ["payctl contains the packages below. Their licences ask that these texts come with it.\n"]
    parts += [f"{line}\n" + "\n".join(names) + f"\n{line}\n\n{text}\n" for text, names in sharing.items()]
    Path(file).write_bytes("\n".join(parts).encode())
    print(f"{len(packages)} packages, {len(sharing)} texts in {file}")


main()
