#!/usr/bin/env bash
# A Laravel shop: every minute payctl checks the payments that are due at Midtrans and fixes differences; one order can
# be checked at once; at 03:00 old records are deleted. Runs never overlap, and everything is logged.
source "$(dirname "$0")/../shop.sh"

tell "import the shop's orders, as its artisan command exports them"
open_gateway
sed "s|GATEWAY|$gateway|" "$root/examples/laravel-shop/payctl.toml" >"$shop/payctl.toml"
export MIDTRANS_SERVER_KEY=SB-Mid-server-for-the-simulator
expect 0 payctl order import "$root/examples/laravel-shop/orders.jsonl"
expect 0 payctl order import "$root/examples/laravel-shop/orders.jsonl"
says "Unchanged: 4"

tell "two webhooks were lost: one order is paid, one payment has expired; a third is still being paid"
gateway_says payments '
{"kind":"midtrans","reference":"ORD-1001","status":"settlement","amount":300000,"method":"bca_va"}
{"kind":"midtrans","reference":"ORD-1002","status":"expire","amount":150000,"method":"qris"}
{"kind":"midtrans","reference":"ORD-1003","status":"pending","amount":80000,"method":"qris"}
{"kind":"midtrans","reference":"ORD-1004","status":"settlement","amount":45000,"method":"qris"}'

tell "a check without --fix changes nothing and reports the differences"
before=$(payctl --format csv order list 2>/dev/null)
expect 3 payctl check-all
says "ORD-1001" "would_fix"
[[ $(payctl --format csv order list 2>/dev/null) == "$before" ]] || fail "a look has changed something"

tell "check one order at once"
expect 0 payctl check-status ORD-1001 --fix
look ORD-1001 fulfilled

tell "a customer asks about a payment of Rp 45,000 and does not know the number"
expect 0 payctl order find 45.000
says "ORD-1004"

tell "the job that runs every minute, with a JSON log"
expect 0 payctl --log-format json -v check-all --fix --due
says "1 fixed"
look ORD-1003 pending
expect 0 payctl check-all --fix
says "3 match; 3 asked"

tell "the same job never runs twice at once: the second run says so and ends"
gateway_says faults '{"kind":"midtrans","fault":"delay","milliseconds":2000}'
payctl check-all --fix >"$shop/one.log" 2>&1 &
one=$!
payctl check-all --fix >"$shop/other.log" 2>&1 &
other=$!
ends "$one"
codes=$code
ends "$other"
codes="$codes $code"
[[ $codes == "0 75" || $codes == "75 0" ]] || fail "the exit codes are $codes"
cat "$shop/one.log" "$shop/other.log" | grep "is already running" || fail "the second did not say why"
gateway_is_well

tell "the gateway is down: nothing is decided, and cron sends no mail"
gateway_says faults '{"kind":"midtrans","fault":"status","code":503}'
expect 4 payctl check-all --fix --max-time 5s
look ORD-1003 pending
expect 4 payctl expire --max-time 5s
look ORD-1003 pending
gateway_is_well

tell "the gateway is back: payctl closes the overdue payments there, asks again, and expires the orders"
expect 0 payctl expire
look ORD-1003 expired
look ORD-1002 expired

tell "at 03:00"
expect 0 payctl cleanup --dry-run
expect 0 payctl cleanup

finish
