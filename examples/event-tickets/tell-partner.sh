#!/usr/bin/env bash
# Notifies the partner once per idempotency key, however often it runs; reads the order as JSON from standard input.
set -euo pipefail
letters=$1/partner
grep -qsF "$PAYCTL_EFFECT_KEY " "$letters" && exit 0
printf '%s %s\n' "$PAYCTL_EFFECT_KEY" "$(cat)" >>"$letters"
