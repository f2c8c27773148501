#!/usr/bin/env bash
# Has the program write what lies beside it in an archive: completions, manual pages, task files of Windows. They say the
# same for every target, so any program that runs here will do.
#
#     .ci/release/extras.sh BINARY FOLDER
set -euo pipefail
export LC_ALL=C TZ=UTC

binary=$(realpath "$1")
mkdir -p "$2"
cd "$2"
rm -rf completions man tasks
mkdir completions
"$binary" completions bash >completions/payctl.bash
"$binary" completions zsh >completions/_payctl
"$binary" completions fish >completions/payctl.fish
"$binary" completions powershell >completions/_payctl.ps1
"$binary" --quiet man man/man1
# The places that the schedule's guide names. Who has others types `payctl schedule install`, which needs no files.
"$binary" --quiet schedule print --for schtasks --into tasks --config 'C:\ProgramData\payctl\shop\payctl.toml' \
    --program 'C:\Program Files\payctl\payctl.exe' >/dev/null
