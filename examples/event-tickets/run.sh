#!/usr/bin/env bash
# Event tickets: an order reserves places and a payment sells them. A webhook reports the payment; payctl then issues the
# tickets, once, sends them to the buyer, and notifies the partner. Places that are not paid in time become free again.
source "$(dirname "$0")/../shop.sh"

tell "three places at a festival; Midtrans's page lets the customer choose how to pay"
open_gateway
hooks=$root/examples/event-tickets
sed "s|GATEWAY|$gateway|; s|HOOKS|$hooks|; s|SHOP|$shop|" "$hooks/payctl.toml" >"$shop/payctl.toml"
export MIDTRANS_SERVER_KEY=SB-Mid-server-for-the-simulator
expect 0 payctl product set festival --name "Festival Jazz Gunung" --price 250000 --capacity 3 --tickets
expect 0 payctl order create --number TIX-1 --line festival:2 --customer-name "Ayu" --customer-email ayu@exampel.com
expect 0 payctl order create --number TIX-2 --line festival:1 --expires-in 4s
expect 1 payctl order create --number TIX-3 --line festival:1
expect 0 payctl pay TIX-1 --method snap
says "$gateway"
expect 0 payctl pay TIX-2 --method snap
page=$(reference_of TIX-1)

tell "there are no tickets before the payment"
expect 0 payctl ticket list --order TIX-1
says_not "TIX-1"

tell "a forged webhook is refused"
customer "choose?reference=$page&method=bca_va"
customer "pay?kind=midtrans&reference=$page"
notification "kind=midtrans&reference=$page&forged=yes" >"$shop/forged.json"
expect 3 payctl webhook midtrans <"$shop/forged.json"
look TIX-1 pending

tell "the real one arrives ten times at once: two tickets, and the partner is notified once"
notification "kind=midtrans&reference=$page" >"$shop/webhook.json"
several=()
for _ in {1..10}; do
    payctl webhook midtrans <"$shop/webhook.json" >>"$shop/webhooks.log" 2>&1 &
    several+=($!)
done
for one in "${several[@]}"; do
    ends "$one"
    ((code == 0)) || { cat "$shop/webhooks.log"; fail "a webhook ended with $code"; }
done
expect 0 payctl fulfil
look TIX-1 fulfilled
expect 0 payctl ticket list --order TIX-1
says "2 tickets, 2 good"
[[ $(grep -c '"TIX-1"' "$shop/partner") -eq 1 ]] || fail "the partner was not told exactly once"

tell "the buyer mistyped her address: the shop corrects it, and sends the same tickets again"
[[ $(grep -c 'ayu@exampel.com' "$shop/sent") -eq 1 ]] || fail "the tickets were not sent exactly once"
expect 0 payctl order edit TIX-1 --email ayu@example.com --by rina
effect=$(payctl --format csv fulfil list --order TIX-1 --status done 2>/dev/null | awk -F, '$4 == "send-tickets" { print $2 }')
expect 0 payctl fulfil --resend "$effect" --reason "the address was mistyped" --by rina
says "done"
[[ $(grep -c 'ayu@example.com' "$shop/sent") -eq 1 ]] || fail "the tickets were not sent again"
expect 0 payctl ticket list --order TIX-1
says "2 tickets, 2 good"

tell "at the gate: a ticket admits its holder once"
ticket=$(payctl --format csv ticket list --order TIX-1 2>/dev/null | awk -F, 'NR == 2 { print $1 }')
expect 0 payctl ticket show "$ticket" --svg "$shop/ticket.svg"
[[ -s $shop/ticket.svg ]] || fail "there is no QR"
expect 0 payctl ticket redeem "$ticket" --by gate-1
expect 3 payctl ticket redeem "$ticket" --by gate-2
says "gate-1"

tell "the other customer never used the page: after the deadline the place is free again"
minutes_pass "expired" payctl expire
look TIX-2 expired
expect 0 payctl order create --number TIX-3 --line festival:1
look TIX-3 pending

finish
