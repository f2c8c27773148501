#!/usr/bin/env bash
# Fills a folder with the licences of what is inside the program for one target: the packages, the compiler's library, and
# the C library where it is inside, too.
#
#     .ci/release/licenses.sh TARGET FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/release/common.sh

target=$1
out=$2
mkdir -p "$out"
python3 .ci/release/notices.py "$target" "$out/packages.txt"
cp "$(rustc --print sysroot)/share/doc/rust/COPYRIGHT-library.html" "$out/rust-library.html"
case $target in
    *-linux-musl)
        zig_tool
        cp "$tools"/zig/lib/python3*/site-packages/ziglang/lib/libc/musl/COPYRIGHT "$out/musl.txt"
        ;;
esac
