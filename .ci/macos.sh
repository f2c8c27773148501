#!/usr/bin/env bash
# Compiles payctl and its tests for macOS, without linking or running anything: as far as another system can tell. The
# workflow of CI runs the tests on a Mac.
set -euo pipefail
cd "$(dirname "$0")/.."
source .ci/release/common.sh

zig_tool
for target in aarch64-apple-darwin x86_64-apple-darwin; do
    rustup target add "$target"
    CARGO_TARGET_DIR=${PAYCTL_MACOS:-target/macos} cargo-zigbuild check --locked --target "$target" --all-targets
done
