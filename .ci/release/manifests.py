#!/usr/bin/env python3
"""Writes what package managers read about a release, from its SHA256SUMS: a formula for Homebrew, manifests for winget.

    manifests.py VERSION DATE SHA256SUMS FOLDER

DATE is YYYY-MM-DD. PAYCTL_REPOSITORY is the address under which the files will be. An archive that SHA256SUMS does not
name is left out; a manifest without any archive is not written.
"""

import os
import re
import sys
from pathlib import Path

FORMULA = """\
class Payctl < Formula
  desc "Keeps the orders of a shop in agreement with its payment gateways"
  homepage "{repository}"
  version "{version}"
  license "MIT"

{systems}
  def install
    bin.install "payctl"
    man1.install Dir["man/man1/*.1"]
    bash_completion.install "completions/payctl.bash" => "payctl"
    zsh_completion.install "completions/_payctl"
    fish_completion.install "completions/payctl.fish"
    doc.install Dir["docs/*"], "CHANGELOG.md", "crontab.example"
  end

  test do
    assert_match version.to_s, shell_output("#{{bin}}/payctl --version")
    system bin/"payctl", "demo"
  end
end
"""
SYSTEM = """\
  on_{system} do
{machines}  end
"""
MACHINE = """\
    on_{machine} do
      url "{url}"
      sha256 "{sum}"
    end
"""
BREW = [
    ("macos", [("arm", "aarch64-apple-darwin"), ("intel", "x86_64-apple-darwin")]),
    ("linux", [("arm", "aarch64-unknown-linux-musl"), ("intel", "x86_64-unknown-linux-musl")]),
]

# The schema's address is part of the format: editors and the validator of winget go by it.
SCHEMA = "# yaml-language-server: $schema=https://aka.ms/winget-manifest.{kind}.1.6.0.schema.json\n"
COMMON = "PackageIdentifier: {identifier}\nPackageVersion: {version}\n"
END = "ManifestType: {type}\nManifestVersion: 1.6.0\n"
VERSION = "DefaultLocale: en-US\n"
INSTALLER = """\
InstallerType: zip
NestedInstallerType: portable
NestedInstallerFiles:
- RelativeFilePath: payctl-{version}-{target}\\payctl.exe
  PortableCommandAlias: payctl
Commands:
- payctl
ReleaseDate: {date}
Installers:
- Architecture: x64
  InstallerUrl: {url}
  InstallerSha256: {sum}
"""
LOCALE = """\
PackageLocale: en-US
Publisher: The payctl developers
PackageName: payctl
PackageUrl: {repository}
License: MIT
LicenseUrl: {repository}/blob/v{version}/LICENSE
ShortDescription: Keeps the orders of a shop in agreement with its payment gateways
Moniker: payctl
Tags:
- cli
- payments
- reconciliation
ReleaseNotesUrl: {repository}/releases/tag/v{version}
"""


class Release:
    def __init__(self, version: str, date: str, sums: Path) -> None:
        self.version = version
        self.date = date
        self.repository = os.environ["PAYCTL_REPOSITORY"].rstrip("/")
        rows = re.findall(r"^([0-9a-f]{64})  (\S+)$", sums.read_text(), re.MULTILINE)
        self.sums = {name: digest for digest, name in rows}

    def archive(self, target: str, ending: str) -> dict[str, str] | None:
        name = f"payctl-{self.version}-{target}.{ending}"
        if name not in self.sums:
            return None
        url = f"{self.repository}/releases/download/v{self.version}/{name}"
        return {"url": url, "sum": self.sums[name], "target": target}


def formula(release: Release) -> str | None:
    systems = ""
    for system, machines in BREW:
        parts = ""
        for machine, target in machines:
            if archive := release.archive(target, "tar.gz"):
                parts += MACHINE.format(machine=machine, **archive)
        if parts:
            systems += SYSTEM.format(system=system, machines=parts) + "\n"
    if not systems:
        return None
    return FORMULA.format(repository=release.repository, version=release.version, systems=systems.rstrip("\n") + "\n")


def winget(release: Release) -> dict[str, str]:
    # A dry run here has the program of the other compiler, so that the manifests are seen there, too.
    archive = release.archive("x86_64-pc-windows-msvc", "zip") or release.archive("x86_64-pc-windows-gnu", "zip")
    if archive is None:
        return {}
    identifier = "payctl.payctl"
    facts = {"identifier": identifier, "version": release.version, "date": release.date}
    facts |= {"repository": release.repository} | archive | {"sum": archive["sum"].upper()}
    parts = [
        ("", "version", VERSION),
        (".installer", "installer", INSTALLER),
        (".locale.en-US", "defaultLocale", LOCALE),
    ]
    return {
        f"{identifier}{suffix}.yaml": (SCHEMA + COMMON + body + END).format(kind=kind, type=kind, **facts)
        for suffix, kind, body in parts
    }


def main() -> None:
    version, date, sums, folder = sys.argv[1:]
    release = Release(version, date, Path(sums))
    files = winget(release)
    if text := formula(release):
        files["payctl.rb"] = text
    out = Path(folder)
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (out / name).write_bytes(text.encode())
    print(f"{len(files)} manifests in {out}")


main()
