#!/usr/bin/env bash
# Shows that a program for Linux needs nothing of the machine: it has no interpreter and no library, and plays `demo` in a
# folder that is all it sees. That folder holds the program and an empty /tmp, in which `demo` makes its shop; nothing else
# is needed (no /etc, no /dev, no /proc). Prints size and, where no other program plays it, start-up time. Wants root.
#
#     .ci/release/alone.sh BINARY [QEMU]
#
# QEMU, a static one, plays a program of another processor; then it lies beside it.
set -euo pipefail

binary=$1
player=${2:-}
fail() {
    echo "$binary: $1" >&2
    exit 1
}
! readelf --wide --program-headers --dynamic "$binary" | grep -E 'INTERP|NEEDED' || fail 'it is not static'

room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
mkdir -m 1777 "$room/tmp"
cp "$binary" "$room/payctl"
call=(/payctl demo)
if [ -n "$player" ]; then
    cp "$player" "$room/qemu"
    call=(/qemu "${call[@]}")
fi
told=$(env -i "$(PATH=$PATH:/usr/sbin command -v chroot)" "$room" "${call[@]}") || fail "demo failed in an empty folder: $told"
[ -z "$(ls -A "$room/tmp")" ] || fail 'demo left something in /tmp'
echo "$binary: $(stat -c %s "$binary") bytes, static, demo ran alone ($(wc -l <<<"$told") lines)"
[ -z "$player" ] || exit 0

python3 - "$binary" <<'END'
import statistics, subprocess, sys, time

def once():
    begun = time.perf_counter()
    subprocess.run([sys.argv[1], "--version"], stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - begun) * 1000

once()
print(f"start-up {statistics.median(once() for _ in range(200)):.1f} ms, median of 200")
END
