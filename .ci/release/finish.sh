#!/usr/bin/env bash
# Finishes a folder of archives, packages and lists: adds the installers, writes SHA256SUMS over all of it, and what
# package managers read about it into the folder `manifests`.
#
#     .ci/release/finish.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/release/common.sh

out=$1
for installer in install.sh install.ps1; do
    sed "s#@RELEASES@#$PAYCTL_REPOSITORY/releases#" "packaging/$installer" >"$out/$installer"
done
chmod 0755 "$out/install.sh"
(
    cd "$out"
    rm -rf SHA256SUMS manifests
    sums=$(find . -maxdepth 1 -type f -printf "%f\n" | sort | xargs sha256sum)
    printf "%s\n" "$sums" >SHA256SUMS
)
python3 .ci/release/manifests.py "$version" "$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)" "$out/SHA256SUMS" "$out/manifests"
