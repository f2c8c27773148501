#!/usr/bin/env bash
# Paid streaming: the shop's own QR code requests a unique amount, so that an operator can match the payment and approve
# it. From the first use the buyer may watch for two hours, whatever restarts in between: the database holds the state.
source "$(dirname "$0")/../shop.sh"

tell "one stream, two hours from the first use"
cp "$root/examples/paid-streaming/payctl.toml" "$shop/payctl.toml"
expect 0 payctl product set stream --name "Konser malam ini" --price 50000 --access 2h --access-from first_use
expect 0 payctl order create --number WATCH-1 --line stream:1

tell "the customer sees the shop's own QR code with a unique amount; running it again shows the same"
expect 0 payctl pay WATCH-1 --unique --svg "$shop/qr.svg"
[[ -s $shop/qr.svg ]] || fail "there is no QR"
expect 0 payctl pay WATCH-1
says "50,001"

tell "the customer writes to the shop: the address belongs to the order from now on"
expect 0 payctl order edit WATCH-1 --name Sari --email sari@example.com --by rina

tell "there is no access before the payment"
expect 3 payctl access check --product stream --order WATCH-1

tell "the bank statement shows 50,001 for the stream: the operator approves it once, with a name, a reason and the bank reference"
expect 0 payctl approve --product stream --amount 50001 --by rina --reason "transfer seen" --bank-ref BCA-551 --dry-run
says "WATCH-1"
expect 2 payctl --no-input approve --product stream --amount 50001 --by rina --reason "transfer seen" --bank-ref BCA-551
expect 0 payctl approve --product stream --amount 50001 --by rina --reason "transfer seen" --bank-ref BCA-551 --yes
says "WATCH-1"
look WATCH-1 fulfilled
expect 0 payctl refund list
says "0 refunds"

tell "the customer may watch: access starts now, and every further check shows the same end"
expect 0 payctl access check --product stream --order WATCH-1
expect 0 payctl access check --product stream --user sari@example.com
expect 3 payctl access check --product stream --user budi@example.com
expect 0 payctl access list --product stream --status running --columns order,user,status,left
says "WATCH-1" "sari@example.com" "1 running"
expect 0 payctl access list --product stream -o json
says '"remaining_seconds":7'

tell "the transfer turns out to be another customer's: the approval is withdrawn, and access ends"
expect 3 payctl approve --withdraw 1 --by rina --reason "it was for another order" --yes
expect 3 payctl access check --product stream --order WATCH-1

finish
