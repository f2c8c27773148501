#!/usr/bin/env bash
# payctl for Windows, as far as Wine is Windows: builds it, runs the tests and a demo. Takes minutes, so `.ci/run` calls
# it only with PAYCTL_TEST_WINDOWS=1. Run it before a release, and when code for programs, locks, consoles or paths
# changes.
#   .ci/windows.sh check   compiles only
#   .ci/windows.sh         compiles, then tests under Wine
set -euo pipefail
cd "$(dirname "$0")/.."
work=${PAYCTL_WINDOWS:-target/windows}
mkdir -p "$work"
work=$(cd "$work" && pwd)
target=x86_64-pc-windows-gnu

missing=()
needs() {
    [ -e "$1" ] || missing+=("$2")
}
needs /usr/bin/x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64
[ "${1-}" = check ] || needs /usr/lib/wine/wine64 wine64
if ((${#missing[@]})); then
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi
rustup target add "$target"

export CARGO_TARGET_DIR=$work/target CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=0 CARGO_PROFILE_TEST_DEBUG=0
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER=x86_64-w64-mingw32-gcc
export CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=$work/wine

if [ "${1-}" = check ]; then
    cargo check --locked --target "$target" --all-targets
    exit
fi

cat >"$work/wine" <<END
#!/bin/sh
export WINEPREFIX=$work/prefix WINEDEBUG=-all LANG=C.UTF-8 LC_ALL=C.UTF-8
export WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe=;bcryptprimitives=n"
unset DISPLAY
exec /usr/lib/wine/wine64 "\$@"
END
chmod +x "$work/wine"
if [ ! -e "$work/prefix/system.reg" ]; then
    "$work/wine" wineboot -i
    # Wine 8 lacks the library that Rust takes its randomness from. For tests only.
    printf '%s\n' '#include <windows.h>' 'BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);' \
        '__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE p, SIZE_T n) { return SystemFunction036(p, (ULONG)n); }' \
        >"$work/prng.c"
    x86_64-w64-mingw32-gcc -O1 -shared -o "$work/prefix/drive_c/windows/system32/bcryptprimitives.dll" "$work/prng.c" \
        -ladvapi32
    # A program that crashes ends at once, and waits for no debugger.
    "$work/wine" reg add 'HKLM\Software\Microsoft\Windows NT\CurrentVersion\AeDebug' /v Debugger /t REG_SZ /d false /f
fi

cargo build --locked --target "$target" --bins --example sh
# Wine 8 does not have the certificate engine that STARTTLS asks for.
tests() {
    cargo test --locked --target "$target" --lib --test it --no-fail-fast -- --test-threads=2 \
        --skip a_server_without_tls_gets_no_mail "$@"
}

# Under Wine a gateway of the tests is now and then silent for 200 ms on a busy machine. What fails twice is a fault.
if ! tests | tee "$work/tests.txt"; then
    failed=$(sed -n 's/^test \(.*\) \.\.\. FAILED\r\{0,1\}$/\1/p' "$work/tests.txt")
    [ -n "$failed" ]
    echo "once more: $failed"
    # shellcheck disable=SC2086
    tests --exact $failed
fi

built=$work/target/$target/debug
bash .ci/windows/trial.sh "$work/wine" "$built/payctl.exe" "$built/examples/sh.exe" "$work/trial"
