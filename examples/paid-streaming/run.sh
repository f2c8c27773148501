#!/usr/bin/env bash
# Paid streaming: a person sees the transfer and approves it; from the first use on the buyer may watch for two
# hours, whatever is restarted meanwhile, for all of it stands in the file.
source "$(dirname "$0")/../shop.sh"

tell "one stream, two hours from the first use"
cp "$root/examples/paid-streaming/payctl.toml" "$shop/payctl.toml"
expect 0 payctl product set stream --name "Konser malam ini" --price 50000 --access 2h --access-from first_use
expect 0 payctl order create --number WATCH-1 --line stream:1 --customer-email sari@example.com

tell "nobody watches before the money is in"
expect 3 payctl access check --product stream --order WATCH-1

tell "the money is in the bank; an approval has a name, a reason and the bank's reference, once"
expect 2 payctl --no-input approve WATCH-1 --by rina --reason "transfer seen" --bank-ref BCA-551
expect 0 payctl approve WATCH-1 --by rina --reason "transfer seen" --bank-ref BCA-551 --yes
look WATCH-1 fulfilled

tell "she may watch: the time begins now, and every further question finds the same end"
expect 0 payctl access check --product stream --order WATCH-1
expect 0 payctl access check --product stream --user sari@example.com
expect 3 payctl access check --product stream --user budi@example.com
expect 0 payctl access list
says "WATCH-1"

tell "the transfer turns out to be another customer's: the approval is taken back, and she may not watch on"
expect 3 payctl approve --withdraw 1 --by rina --reason "it was for another order" --yes
expect 3 payctl access check --product stream --order WATCH-1

finish
