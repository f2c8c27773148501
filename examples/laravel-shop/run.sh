#!/usr/bin/env bash
# A Laravel shop: every minute the payments that are due are checked at Midtrans and drift is mended; one order
# can be checked at once; at 03:00 what is old is removed; runs never overlap, and everything is logged.
source "$(dirname "$0")/../shop.sh"

tell "the shop's own table comes in, as its artisan command exports it"
open_gateway
sed "s|GATEWAY|$gateway|" "$root/examples/laravel-shop/payctl.toml" >"$shop/payctl.toml"
export MIDTRANS_SERVER_KEY=SB-Mid-server-for-the-pretend-gateway
expect 0 payctl order import "$root/examples/laravel-shop/orders.jsonl"
expect 0 payctl order import "$root/examples/laravel-shop/orders.jsonl"
says "Unchanged: 4"

tell "two webhooks were lost: one order is paid, one payment has expired; a third is still being paid"
gateway_says payments '
{"kind":"midtrans","reference":"ORD-1001","status":"settlement","amount":300000,"method":"bca_va"}
{"kind":"midtrans","reference":"ORD-1002","status":"expire","amount":150000,"method":"qris"}
{"kind":"midtrans","reference":"ORD-1003","status":"pending","amount":80000,"method":"qris"}
{"kind":"midtrans","reference":"ORD-1004","status":"settlement","amount":45000,"method":"qris"}'

tell "a look changes nothing, and tells that something differs"
before=$(payctl --format csv order list 2>/dev/null)
expect 3 payctl check-all
says "ORD-1001" "would_fix"
[[ $(payctl --format csv order list 2>/dev/null) == "$before" ]] || fail "a look has changed something"

tell "one order, now"
expect 0 payctl check-status ORD-1001 --fix
look ORD-1001 fulfilled

tell "the job of every minute, with a log for programs"
expect 0 payctl --log-format json -v check-all --fix --due
says "1 fixed"
look ORD-1003 pending
expect 0 payctl check-all --fix
says "0 fixed"

tell "two of the same job never run at once: the second says so and ends"
gateway_says faults '{"kind":"midtrans","fault":"delay","milliseconds":2000}'
payctl check-all --fix >"$shop/one.log" 2>&1 &
one=$!
payctl check-all --fix >"$shop/other.log" 2>&1 &
other=$!
ends "$one"
codes=$code
ends "$other"
codes="$codes $code"
[[ $codes == "0 75" || $codes == "75 0" ]] || fail "they ended with $codes"
cat "$shop/one.log" "$shop/other.log" | grep "is running already" || fail "the second did not say why"
gateway_is_well

tell "the gateway is down: nothing is decided, and cron is not bothered"
gateway_says faults '{"kind":"midtrans","fault":"status","code":503}'
expect 4 payctl check-all --fix --max-time 5s
look ORD-1003 pending
expect 4 payctl expire --max-time 5s
look ORD-1003 pending
gateway_is_well

tell "it is back, and its word ends what is overdue: closed there, read again, released here"
expect 0 payctl expire
look ORD-1003 expired
look ORD-1002 expired

tell "at 03:00"
expect 0 payctl cleanup --dry-run
expect 0 payctl cleanup

finish
