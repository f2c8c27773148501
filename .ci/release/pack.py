#!/usr/bin/env python3
"""Packs a folder so that the same files make the same archive: sorted names, one time, no owner.

    pack.py zip|tar.gz FOLDER FILE

The tools of the systems differ (macOS has another tar, Windows no zip), so this does it everywhere. The time is
SOURCE_DATE_EPOCH. What is compressed depends on Python's zlib: compare archives of one machine, or what is in them.
"""

import gzip
import os
import sys
import tarfile
import time
import zipfile
from pathlib import Path

# Windows knows no mode, so it goes by the name.
PROGRAMS = {"payctl", "payctl.exe", "postinst", "postrm"}


def mode_of(path: Path) -> int:
    return 0o755 if path.is_dir() or path.name in PROGRAMS else 0o644


def entries(folder: Path) -> list[tuple[str, Path]]:
    found = [(path.relative_to(folder).as_posix(), path) for path in folder.rglob("*")]
    return sorted(found)


def tar_gz(folder: Path, file: Path, moment: int) -> None:
    with (
        file.open("wb") as out,
        gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=out, mtime=moment) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, path in entries(folder):
            entry = archive.gettarinfo(path, name)
            entry.mtime = moment
            entry.mode = mode_of(path)
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = "root"
            with path.open("rb") if entry.isreg() else open(os.devnull, "rb") as content:
                archive.addfile(entry, content if entry.isreg() else None)


def zipped(folder: Path, file: Path, moment: int) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in entries(folder):
            if path.is_dir():
                continue
            entry = zipfile.ZipInfo(name, time.gmtime(moment)[:6])
            entry.create_system = 3
            entry.external_attr = (0o100000 | mode_of(path)) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def main() -> None:
    kind, folder, file = sys.argv[1:]
    moment = int(os.environ["SOURCE_DATE_EPOCH"])
    {"zip": zipped, "tar.gz": tar_gz}[kind](Path(folder), Path(file), moment)


main()
