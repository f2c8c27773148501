#!/usr/bin/env bash
# Creates one account per idempotency key, however often it runs; reads the order as JSON from standard input. What it
# prints is kept with the order, for its buyer and for whatever ends the account: the same account in every run.
set -euo pipefail
shop=$1
order=$(cat)
[[ ! -e $shop/no-servers-left ]] || { echo "no server has room" >&2; exit 1; }
[[ $order == *'"VPN-'* ]]
if ! grep -q "^$PAYCTL_EFFECT_KEY " "$shop/accounts" 2>/dev/null; then
    user=$(sed -n 's/.*"vpn_user":"\([A-Za-z0-9_-]*\)".*/\1/p' <<<"$order")
    password=$(head -c 9 /dev/urandom | base64)
    echo "$PAYCTL_EFFECT_KEY ${user:-$PAYCTL_ORDER} $password" >>"$shop/accounts"
fi
read -r _ user password <<<"$(grep "^$PAYCTL_EFFECT_KEY " "$shop/accounts")"
echo "{\"user\": \"$user\", \"password\": \"$password\", \"server\": \"sg1.vpn.example\"}"
