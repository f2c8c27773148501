#!/usr/bin/env bash
# Packs the archive of one target: program, documents, licences, completions, manual pages, and what its scheduler reads.
#
#     .ci/release/archive.sh TARGET BINARY EXTRAS FOLDER
#
# BINARY is of that target, EXTRAS the folder that extras.sh has filled, FOLDER where the archive goes.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/release/common.sh

target=$1
binary=$2
extras=$3
out=$4
name=payctl-$version-$target
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

mkdir -p "$stage/$name" "$out"
cp README.md LICENSE CHANGELOG.md "$stage/$name"
cp -r docs "$extras/completions" "$stage/$name"
.ci/release/licenses.sh "$target" "$stage/$name/licenses"
case $target in
    *-windows-*)
        install -m 0755 "$binary" "$stage/$name/payctl.exe"
        cp -r "$extras/tasks" "$stage/$name"
        ;;
    *)
        install -m 0755 "$binary" "$stage/$name/payctl"
        cp crontab.example "$stage/$name"
        cp -r "$extras/man" "$stage/$name"
        ;;
esac
chmod -R u=rwX,go=rX "$stage/$name"

case $target in
    *-windows-*) python3 .ci/release/pack.py zip "$stage" "$out/$name.zip" ;;
    *) python3 .ci/release/pack.py tar.gz "$stage" "$out/$name.tar.gz" ;;
esac
