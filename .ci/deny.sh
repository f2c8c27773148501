#!/usr/bin/env bash
# Checks licences, forbidden packages and sources of what payctl is made of, by deny.toml; and that no package asks for a
# newer compiler than payctl promises. `.ci/deny.sh advisories` looks for known flaws, too: it fetches their list.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/release/common.sh

cargo_tool deny 0.20.2
cargo deny --locked check bans licenses sources "$@"

cargo metadata --locked --format-version 1 | python3 -c '
import json, sys
told = json.load(sys.stdin)
parts = lambda text: [int(part) for part in text.split(".")[:2]]
promised = next(one["rust_version"] for one in told["packages"] if one["name"] == "payctl")
newer = [
    "%(name)s %(version)s wants Rust %(rust_version)s" % one
    for one in told["packages"]
    if one["rust_version"] and parts(one["rust_version"]) > parts(promised)
]
print("\n".join(newer) or "%d packages want no newer compiler than Rust %s" % (len(told["packages"]), promised))
sys.exit(bool(newer))
'
