#!/usr/bin/env bash
# Makes all files of a release from programs that are built: archives, packages, lists of what they are made of, installers,
# sums, and what package managers read.
#
#     .ci/release/pack_all.sh BUILT FOLDER
#
# BUILT holds a folder per target, called built-TARGET, with `payctl` or `payctl.exe` inside, at any depth. That for
# static Linux of this machine must be there: it writes completions and manual.
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/release/common.sh

built=$(cd "$1" && pwd)
out=$2
rm -rf "$out"
mkdir -p "$out"
extras=$(mktemp -d)
trap 'rm -rf "$extras"' EXIT

# Those that went through the store of a workflow have lost their mode.
find "$built" -name payctl -type f -exec chmod 0755 {} +
.ci/release/extras.sh "$built/built-$(uname -m)-unknown-linux-musl/payctl" "$extras"
while read -r binary; do
    target=$(basename "$(dirname "$binary")")
    target=${target#built-}
    .ci/release/archive.sh "$target" "$binary" "$extras" "$out"
    .ci/release/sbom.sh "$target" "$out"
    case $target in *-linux-musl) .ci/release/debian.sh "$target" "$binary" "$extras" "$out" ;; esac
done < <(find "$built" -type f \( -name payctl -o -name payctl.exe \) | sort)
.ci/release/finish.sh "$out"
