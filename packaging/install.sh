#!/bin/sh
# Installs payctl from its releases on Linux and macOS, for this user or, as root, for all:
#
#     sh install.sh             the newest version
#     sh install.sh 1.2.3       that one
#
# | variable | means | default |
# | --- | --- | --- |
# | PAYCTL_BASE_URL | where the releases are | the project's |
# | PAYCTL_INSTALL_DIR | where the program goes | /usr/local/bin if it can be written, else ~/.local/bin |
#
# It downloads an archive and SHA256SUMS, and installs nothing unless the sums agree. It asks for no password.
set -eu

# A release writes its own address here.
releases='@RELEASES@'

fail() {
    echo "payctl was not installed: $1" >&2
    exit 1
}

fetch() {
    if command -v curl >/dev/null 2>&1; then
        curl --fail --silent --show-error --location --retry 2 --output "$2" "$1"
    elif command -v wget >/dev/null 2>&1; then
        wget -q -O "$2" "$1"
    else
        fail 'install curl or wget first'
    fi || fail "$1 could not be downloaded"
}

sum_of() {
    if command -v sha256sum >/dev/null 2>&1; then
        sha256sum "$1"
    elif command -v shasum >/dev/null 2>&1; then
        shasum -a 256 "$1"
    else
        fail 'neither sha256sum nor shasum is here to check the download'
    fi | cut -d ' ' -f 1
}

target_here() {
    case $(uname -m) in
        x86_64 | amd64) machine=x86_64 ;;
        aarch64 | arm64) machine=aarch64 ;;
        *) fail "there is no release for $(uname -m); build it: cargo install --path ." ;;
    esac
    case $(uname -s) in
        Linux) echo "$machine-unknown-linux-musl" ;;
        Darwin) echo "$machine-apple-darwin" ;;
        *) fail "there is no release for $(uname -s); build it: cargo install --path ." ;;
    esac
}

folder_here() {
    if [ -n "${PAYCTL_INSTALL_DIR:-}" ]; then
        echo "$PAYCTL_INSTALL_DIR"
    elif [ -w /usr/local/bin ]; then
        echo /usr/local/bin
    else
        echo "${HOME:?}/.local/bin"
    fi
}

# Beside the old one first, so that there is a whole program at every moment.
put_in_place() {
    if cp "$1" "$2/.payctl.new" && chmod 755 "$2/.payctl.new" && mv -f "$2/.payctl.new" "$2/payctl"; then
        return 0
    fi
    rm -f "$2/.payctl.new"
    return 1
}

# All of it is read before any of it runs: half a download does nothing.
main() {
    wanted=${1:-latest}
    base=${PAYCTL_BASE_URL:-$releases}
    case $base in
        @*) fail 'this copy does not know where the releases are; say it with PAYCTL_BASE_URL' ;;
    esac
    target=$(target_here)
    into=$(folder_here)
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' HUP INT TERM

    if [ "$wanted" = latest ]; then
        fetch "$base/latest/download/SHA256SUMS" "$work/SHA256SUMS"
    else
        wanted=${wanted#v}
        fetch "$base/download/v$wanted/SHA256SUMS" "$work/SHA256SUMS"
    fi
    line=$(grep -E "^[0-9a-f]{64}  payctl-[0-9A-Za-z.+-]+-$target\.tar\.gz\$" "$work/SHA256SUMS") ||
        fail "the release has no archive for $target"
    [ "$(echo "$line" | wc -l)" -eq 1 ] || fail "SHA256SUMS names several archives for $target"
    expected=${line%% *}
    archive=${line##* }
    version=${archive#payctl-}
    version=${version%"-$target.tar.gz"}
    [ "$wanted" = latest ] || [ "$wanted" = "$version" ] || fail "SHA256SUMS of $wanted is about version $version"

    fetch "$base/download/v$version/$archive" "$work/$archive"
    actual=$(sum_of "$work/$archive")
    [ "$actual" = "$expected" ] || fail "the SHA-256 of $archive is $actual, and SHA256SUMS says $expected"

    tar -xzf "$work/$archive" -C "$work"
    program=$work/payctl-$version-$target/payctl
    "$program" --version >/dev/null || fail 'the program does not run here'
    mkdir -p "$into" || fail "$into could not be made"
    put_in_place "$program" "$into" || fail "$into cannot be written; name another folder with PAYCTL_INSTALL_DIR"

    echo "payctl $version is in $into; the SHA-256 of $archive is the one in SHA256SUMS"
    case :$PATH: in
        *":$into:"*) ;;
        *) echo "$into is not in PATH; type: export PATH=\"$into:\$PATH\"" ;;
    esac
    echo 'next: payctl demo'
}

main "$@"
