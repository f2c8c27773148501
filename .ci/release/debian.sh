#!/usr/bin/env bash
# Makes the package for Debian and Ubuntu from the static program, which needs no library of the machine. By hand, with
# dpkg-deb alone: the package is a program, documents and pages, and starts nothing.
#
#     .ci/release/debian.sh TARGET BINARY EXTRAS FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/release/common.sh

target=$1
binary=$2
extras=$3
out=$4
case $target in
    x86_64-*) architecture=amd64 ;;
    aarch64-*) architecture=arm64 ;;
    *) echo "no Debian runs on $target" >&2 && exit 1 ;;
esac
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

doc=$stage/usr/share/doc/payctl
install -D -m 0755 "$binary" "$stage/usr/bin/payctl"
install -D -m 0644 "$extras/completions/payctl.bash" "$stage/usr/share/bash-completion/completions/payctl"
install -D -m 0644 "$extras/completions/_payctl" "$stage/usr/share/zsh/vendor-completions/_payctl"
install -D -m 0644 "$extras/completions/payctl.fish" "$stage/usr/share/fish/vendor_completions.d/payctl.fish"
install -d "$stage/usr/share/man/man1" "$doc/examples"
for page in "$extras"/man/man1/*.1; do
    name=$(basename "$page")
    gzip -9 -n <"$page" >"$stage/usr/share/man/man1/$name.gz"
done
cp README.md "$doc"
cp -r docs "$doc"
gzip -9 -n <CHANGELOG.md >"$doc/changelog.gz"
.ci/release/licenses.sh "$target" "$doc/licenses"
{
    cat LICENSE
    printf '\nThe licences of what is inside the program are in %s.\n' /usr/share/doc/payctl/licenses
} >"$doc/copyright"
# It names the program where the package puts it.
sed 's#/usr/local/bin/payctl#/usr/bin/payctl#g' crontab.example >"$doc/examples/crontab"

mkdir "$stage/DEBIAN"
(cd "$stage" && find usr -type f -print0 | sort -z | xargs -0 md5sum) >"$stage/DEBIAN/md5sums"
# A version before a release sorts before it.
cat >"$stage/DEBIAN/control" <<END
Package: payctl
Version: ${version/-/\~}-1
Architecture: $architecture
Maintainer: The payctl developers
Installed-Size: $(du -k -s --apparent-size "$stage/usr" | cut -f 1)
Recommends: ca-certificates
Suggests: cron | systemd
Section: admin
Priority: optional
Homepage: $PAYCTL_REPOSITORY
Description: keeps the orders of a shop in agreement with its payment gateways
 payctl asks Midtrans and Pakasir what is true, corrects the database of orders,
 and expires an order only when it is proven unpaid. What no rule can settle
 becomes a question for a person.
 .
 It is one program and one SQLite file. Cron or systemd runs it once it was told
 to: payctl schedule install.
END
chmod -R u=rwX,go=rX "$stage"
# dpkg-deb takes SOURCE_DATE_EPOCH for the times inside.
find "$stage" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
mkdir -p "$out"
dpkg-deb --root-owner-group -Zxz --build "$stage" "$out/payctl_${version/-/\~}-1_$architecture.deb" >/dev/null
