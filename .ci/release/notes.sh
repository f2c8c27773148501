#!/usr/bin/env bash
# Prints what CHANGELOG.md says about a version; fails if the tag is not that of Cargo.toml, or the section is missing.
#
#     .ci/release/notes.sh TAG [CHANGELOG]
set -euo pipefail
cd "$(dirname "$0")/../.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)

[ "$1" = "v$version" ] || { echo "the tag is $1, and Cargo.toml has version $version" >&2 && exit 1; }
# From `## 1.2.3` or `## 1.2.3, 2026-03-02` to the next heading of that depth.
notes=$(awk -v version="$version" '
    /^## / { inside = $2 == version || $2 == version "," ; next }
    inside
' "${2:-CHANGELOG.md}")
[ -n "${notes//[[:space:]]/}" ] || { echo "CHANGELOG.md has no section for $version" >&2 && exit 1; }
printf '%s\n' "$notes"
