#!/usr/bin/env bash
# Builds the static program for Linux as a release does, and shows that it needs nothing of the machine
# (.ci/release/alone.sh says how). Unwinding is kept: a fault is told with its run, as everywhere.
#
#     .ci/musl.sh              x86-64
#     .ci/musl.sh aarch64      64-bit ARM, played by qemu where this machine is none
#
# PAYCTL_MUSL_MACHINES="x86_64 aarch64" says the same. The variables of .ci/release/common.sh hold, too. The compiler for C
# is zig, for both: musl-tools of Debian has only that of the machine, and another one on each.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/release/common.sh
debian_tool readelf binutils

read -ra machines <<<"${*:-${PAYCTL_MUSL_MACHINES:-x86_64}}"
for machine in "${machines[@]}"; do
    player=()
    if [ "$machine" != "$(uname -m)" ]; then
        debian_tool "qemu-$machine-static" qemu-user-static
        player=("$(command -v "qemu-$machine-static")")
    fi
    binary=$(.ci/release/build.sh "$machine-unknown-linux-musl")
    .ci/release/alone.sh "$binary" "${player[@]}"
done
