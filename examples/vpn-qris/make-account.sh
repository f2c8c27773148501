#!/usr/bin/env bash
# Creates one account per idempotency key, however often it runs; reads the order as JSON from standard input.
set -euo pipefail
shop=$1
order=$(cat)
[[ ! -e $shop/no-servers-left ]] || { echo "no server has room" >&2; exit 1; }
grep -qxF "$PAYCTL_EFFECT_KEY" "$shop/accounts" 2>/dev/null && exit 0
[[ $order == *'"VPN-'* ]]
echo "$PAYCTL_EFFECT_KEY" >>"$shop/accounts"
