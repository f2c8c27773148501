#!/usr/bin/env bash
# Tells the partner once for each key, however often it is called; the order comes as JSON on standard input.
set -euo pipefail
letters=$1/partner
grep -qsF "$PAYCTL_EFFECT_KEY " "$letters" && exit 0
printf '%s %s\n' "$PAYCTL_EFFECT_KEY" "$(cat)" >>"$letters"
