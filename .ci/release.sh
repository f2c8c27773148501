#!/usr/bin/env bash
# A release, tried here before its tag is set: by the same scripts as the workflow, for the targets that can be built on
# Linux. It makes the files, and looks at each: unpacks and runs the programs, installs the package, lets install.sh
# take one archive and refuse another.
#
#     .ci/release.sh [FOLDER]          into target/release-files
#     .ci/release.sh twice [FOLDER]    from HEAD in two clones that share nothing, and fails unless all files are equal
#
# | variable | means | default |
# | --- | --- | --- |
# | PAYCTL_RELEASE_TARGETS | for which targets | x86_64-unknown-linux-musl x86_64-pc-windows-gnu |
# | PAYCTL_RELEASE_WORK | where `twice` has its clones and target folders | target/release-twice |
#
# The variables of .ci/release/common.sh hold, too. A real release builds for Windows with MSVC, and for macOS.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/release/common.sh

twice() {
    local out=$1 work=${PAYCTL_RELEASE_WORK:-$PWD/target/release-twice} commit which
    commit=$(git rev-parse HEAD)
    # Of another length and depth, in case one of them is written somewhere.
    local -A clones=([first]=$work/first [second]=$work/the/second/clone)
    for which in first second; do
        rm -rf "${clones[$which]}" "${out:?}/$which"
        git clone --quiet --no-hardlinks . "${clones[$which]}"
        git -C "${clones[$which]}" checkout --quiet --detach "$commit"
        CARGO_TARGET_DIR=$work/target-$which PAYCTL_TOOLS=$tools \
            bash "${clones[$which]}/.ci/release.sh" "$out/$which"
    done
    cat "$out/first/SHA256SUMS"
    diff "$out/first/SHA256SUMS" "$out/second/SHA256SUMS"
    diff -r "$out/first" "$out/second"
    echo "twice the same: $(wc -l <"$out/first/SHA256SUMS") files, and the manifests"
}

once() {
    local out=$1 target binary built targets
    read -ra targets <<<"${PAYCTL_RELEASE_TARGETS:-x86_64-unknown-linux-musl x86_64-pc-windows-gnu}"
    built=$(mktemp -d)
    for target in "${targets[@]}"; do
        case $target in *-windows-gnu) debian_tool x86_64-w64-mingw32-gcc gcc-mingw-w64-x86-64 ;; esac
        binary=$(.ci/release/build.sh "$target")
        python3 .ci/release/auditable.py "$binary"
        mkdir "$built/built-$target"
        cp "$binary" "$built/built-$target"
    done
    .ci/release/pack_all.sh "$built" "$out"
    rm -rf "$built"
    .ci/release/check.sh "$out"
}

case ${1:-} in
    twice)
        mkdir -p "${2:-target/release-files}"
        twice "$(cd "${2:-target/release-files}" && pwd)"
        ;;
    *)
        mkdir -p "${1:-target/release-files}"
        once "$(cd "${1:-target/release-files}" && pwd)"
        ;;
esac
