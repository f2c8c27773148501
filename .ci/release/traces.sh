#!/usr/bin/env bash
# Fails if a program names a folder of the machine that has built it, or where its packages were fetched from.
#
#     .ci/release/traces.sh BINARY FOLDER...
set -euo pipefail

binary=$1
shift
found=0
for trace in "$@" /.cargo/registry/ /.rustup/toolchains/ registry/src/; do
    # A root has no home, and everything lies in `/`.
    [ ${#trace} -gt 3 ] || continue
    if grep -aoF -m 1 -e "$trace" "$binary" >/dev/null; then
        echo "$binary names $trace" >&2
        found=1
    fi
done
exit $found
