#!/usr/bin/env bash
# Builds the program of a release for one target, such that it can be built again byte by byte: the same commit, compiler
# and target give the same file, in any folder. Prints its path, and nothing else on stdout.
#
#     .ci/release/build.sh TARGET
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/release/common.sh

target=$1
{
    rustup target add "$target"
    cargo_tool auditable 0.7.7

    # What is built lies in folders that others do not have: the program shall not name them. Of each folder of packages the
    # name says where they were fetched from, so it goes, too.
    # Windows calls folders otherwise than the shell there.
    native() { if command -v cygpath >/dev/null; then cygpath -w "$1"; else printf '%s\n' "$1"; fi; }
    cargo_home=${CARGO_HOME:-$HOME/.cargo}
    cargo fetch --locked --quiet --target "$target"
    folder=$(target_folder)
    compiler=$(rustc -vV | sed -n 's/^commit-hash: //p')
    # Of these the last one that fits counts.
    prefixes=("$(native "$HOME")=/home" "$(native "$cargo_home")=/cargo")
    for packages in "$cargo_home"/registry/src/*; do prefixes+=("$(native "$packages")=/packages"); done
    sources=$(rustc --print sysroot)/lib/rustlib/src/rust
    prefixes+=("$(native "$sources")=/rustc/$compiler" "$(native "$folder")=/target" "$(native "$PWD")=/payctl")
    flags=("${prefixes[@]/#/--remap-path-prefix=}")
    c_flags=$(printf -- '-ffile-prefix-map=%s ' "${prefixes[@]}")

    build=(build)
    case $target in
        *-linux-musl)
            build=(zigbuild)
            packaged=$target
            ;;
        *-linux-gnu)
            # Debian 10, RHEL 8 and newer.
            build=(zigbuild)
            packaged=$target.2.28
            ;;
        *-windows-gnu)
            packaged=$target
            flags+=(-C 'link-arg=-Wl,--no-insert-timestamp')
            ;;
        *-windows-msvc)
            # Needs no runtime of Visual C++ on the machine; and no date, which is a sum of the content here.
            packaged=$target
            flags+=(-C target-feature=+crt-static -C link-arg=/Brepro)
            c_flags=
            ;;
        *-apple-darwin)
            packaged=$target
            export MACOSX_DEPLOYMENT_TARGET=11.0 ZERO_AR_DATE=1
            ;;
    esac
    if [ "${build[0]}" = zigbuild ]; then zig_tool; fi
    # Cargo splits them at a character that no path has.
    printf -v CARGO_ENCODED_RUSTFLAGS '%s\x1f' "${flags[@]}"
    export CARGO_ENCODED_RUSTFLAGS=${CARGO_ENCODED_RUSTFLAGS%?}
    export "CFLAGS_${target//-/_}=$c_flags"
    # The list of what the program is made of goes into it, for those who look for known flaws.
    cargo auditable "${build[@]}" --locked --release --bin payctl --target "$packaged"

    ending=
    case $target in *-windows-*) ending=.exe ;; esac
    binary=$folder/$target/release/payctl$ending
    traces=()
    for place in "$HOME" "$cargo_home" "$folder" "$PWD"; do traces+=("$(native "$place")"); done
    # The compiler for C of MSVC cannot be told to leave folders out: there they are only named here.
    .ci/release/traces.sh "$binary" "${traces[@]}" || [ "${target%-msvc}" != "$target" ]
} >&2
echo "$binary"
