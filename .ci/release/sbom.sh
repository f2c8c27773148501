#!/usr/bin/env bash
# Writes the list of what the program for one target is made of (CycloneDX). Works on any system, for every target.
#
#     .ci/release/sbom.sh TARGET FOLDER
set -euo pipefail
cd "$(dirname "$0")/../.."
. .ci/release/common.sh

target=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
cargo_tool cyclonedx 0.5.9

# With SOURCE_DATE_EPOCH the tool takes that time and makes up no number. It writes beside Cargo.toml, and names that folder.
written=payctl-sbom-$target
trap 'rm -f "$written.json"' EXIT
cargo cyclonedx --quiet --format json --spec-version 1.5 --target "$target" --override-filename "$written"
sed "s#path+file://$PWD#path+file:///payctl#g" "$written.json" >"$out/payctl-$version-$target.cdx.json"
python3 - "$out/payctl-$version-$target.cdx.json" <<'END'
import json, sys
bill = json.load(open(sys.argv[1]))
assert "serialNumber" not in bill, "a serial number is new each time"
assert len(bill["components"]) > 100, "the list is not whole"
END
