#!/usr/bin/env bash
# Looks at the files of a release as those do who take them: sums, archives, package, manifests, install.sh. What this
# machine cannot run is looked at only.
#
#     .ci/release/check.sh FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/release/common.sh

out=$(cd "$1" && pwd)
room=$(mktemp -d)
trap 'rm -rf "$room"' EXIT
fail() {
    echo "$1" >&2
    exit 1
}
here=$(uname -m)-unknown-linux-musl
ours="payctl $version"

(cd "$out" && sha256sum --quiet --check SHA256SUMS)

# Each archive has one folder, with what belongs beside the program.
for archive in "$out"/*.tar.gz "$out"/*.zip; do
    [ -e "$archive" ] || continue
    name=$(basename "$archive")
    name=${name%.tar.gz}
    name=${name%.zip}
    python3 -c 'import shutil, sys; shutil.unpack_archive(sys.argv[1], sys.argv[2])' "$archive" "$room"
    for file in README.md LICENSE CHANGELOG.md docs/operations.md completions/payctl.bash completions/_payctl \
        completions/payctl.fish completions/_payctl.ps1 licenses/packages.txt licenses/rust-library.html; do
        [ -s "$room/$name/$file" ] || fail "$name has no $file"
    done
    case $name in
        *-windows-*)
            [ -s "$room/$name/payctl.exe" ] || fail "$name has no program"
            [ "$(find "$room/$name/tasks" -name '*.xml' | wc -l)" -ge 4 ] || fail "$name has no task files"
            ;;
        *)
            [ -x "$room/$name/payctl" ] || fail "$name has no program"
            [ -s "$room/$name/crontab.example" ] || fail "$name has no crontab"
            [ -s "$room/$name/man/man1/payctl-check-all.1" ] || fail "$name has no manual"
            ;;
    esac
done
[ "$("$room/payctl-$version-$here/payctl" --version | head -n 1)" = "$ours" ] || fail 'the program is of another version'
bash -n "$room/payctl-$version-$here/completions/payctl.bash"

# A program for Windows asks for libraries of Windows alone.
for program in "$room"/*-windows-gnu/payctl.exe; do
    [ -e "$program" ] || continue
    libraries=$(x86_64-w64-mingw32-objdump -p "$program" | sed -n 's/.*DLL Name: //p' | sort)
    ! grep -iE 'libgcc|libwinpthread|libstdc' <<<"$libraries" || fail "$program needs libraries that Windows does not have"
    echo "$(basename "$(dirname "$program")"): $(wc -l <<<"$libraries") libraries, all of Windows"
done

# The package is installed into a folder of its own, by dpkg itself, and taken away again.
for package in "$out"/*_"$(dpkg --print-architecture)".deb; do
    root=$room/root
    mkdir -p "$root/var/lib/dpkg/"{info,updates}
    touch "$root/var/lib/dpkg/"{status,available}
    dpkg-deb --info "$package"
    dpkg-deb --contents "$package" | awk '$2 != "root/root" { print "not owned by root: " $0; bad = 1 } END { exit bad }'
    dpkg --root="$root" --log=/dev/null --force-not-root --force-script-chrootless --install "$package"
    (cd "$root" && md5sum --quiet --check var/lib/dpkg/info/payctl.md5sums)
    [ "$("$root/usr/bin/payctl" --version | head -n 1)" = "$ours" ] || fail 'the package has another version'
    dpkg --root="$root" --log=/dev/null --force-not-root --force-script-chrootless --purge payctl
    [ ! -e "$root/usr/bin/payctl" ] || fail 'the package left its program behind'
done

# install.sh, from a folder with the paths of the releases.
served=$room/served
mkdir -p "$served/latest/download" "$served/download/v$version"
cp "$out/SHA256SUMS" "$served/latest/download"
cp "$out/SHA256SUMS" "$out/payctl-$version-$here.tar.gz" "$served/download/v$version"
# Called with a folder and what install.sh is given; checked by every shell that there is.
install_into() {
    local into=$1
    shift
    PAYCTL_BASE_URL=file://$served PAYCTL_INSTALL_DIR=$into "$shell" "$out/install.sh" "$@"
}
refused() {
    local why=$1 told
    shift
    ! told=$(install_into "$room/refused" "$@" 2>&1) || fail "install.sh took $why"
    [ ! -e "$room/refused" ] || fail "install.sh refused $why, and left something"
    echo "$shell: refused $why: $told"
}
for shell in dash bash 'busybox sh'; do
    command -v "${shell%% *}" >/dev/null || continue
    read -ra words <<<"$shell"
    if [ ${#words[@]} -gt 1 ]; then
        printf '#!/bin/sh\nexec %s "$@"\n' "$shell" >"$room/shell"
        chmod +x "$room/shell"
        shell=$room/shell
    fi
    rm -rf "${room:?}/bin"
    install_into "$room/bin"
    install_into "$room/bin" "v$version"
    [ "$("$room/bin/payctl" --version | head -n 1)" = "$ours" ] || fail 'install.sh installed another version'
    [ "$(ls -A "$room/bin")" = payctl ] || fail 'install.sh left something beside the program'
    refused 'a version that is not there' 9.9.9
    for place in latest/download "download/v$version"; do sed -i 's/^[0-9a-f]\{8\}/00000000/' "$served/$place/SHA256SUMS"; done
    refused 'an archive with another sum'
    for place in latest/download "download/v$version"; do cp "$out/SHA256SUMS" "$served/$place"; done
    mv "$served/download/v$version/payctl-$version-$here.tar.gz" "$room/kept"
    head -c 100000 "$room/kept" >"$served/download/v$version/payctl-$version-$here.tar.gz"
    refused 'half an archive' "$version"
    mv "$room/kept" "$served/download/v$version/payctl-$version-$here.tar.gz"
done

# What package managers read names the sums of this release.
sum=$(sed -n "s/  payctl-$version-$here.tar.gz\$//p" "$out/SHA256SUMS")
grep -qF "$sum" "$out/manifests/payctl.rb" || fail 'the formula has another sum'
for archive in "$out"/*.zip; do
    [ -e "$archive" ] || continue
    sum=$(sha256sum "$archive" | cut -d ' ' -f 1)
    grep -qF "${sum^^}" "$out/manifests/payctl.payctl.installer.yaml" || fail "no manifest of winget names $archive"
done

# A tag must be that of the version, and the version in the changes.
! .ci/release/notes.sh v0.0.0-other 2>/dev/null || fail 'a wrong tag was taken'
printf '## %s, 2026-03-02\n\n* new\n\n## 0.0.1\n\n* old\n' "$version" >"$room/changes.md"
[ "$(.ci/release/notes.sh "v$version" "$room/changes.md" | tr -d '\n')" = '* new' ] || fail 'the notes are not those of the version'
! .ci/release/notes.sh "v$version" /dev/null 2>/dev/null || fail 'a version without changes was taken'

echo "looked at $(wc -l <"$out/SHA256SUMS") files"
ls -l "$out" "$out/manifests"
