#!/usr/bin/env bash
# Bookings: a room is reserved while its guest pays. Every minute cron expires the orders that were not paid in time,
# but only if the gateway confirms that they are unpaid.
source "$(dirname "$0")/../shop.sh"

tell "two cabins, two guests; a third guest must wait"
open_gateway
sed "s|GATEWAY|$gateway|" "$root/examples/bookings/payctl.toml" >"$shop/payctl.toml"
export MIDTRANS_SERVER_KEY=SB-Mid-server-for-the-simulator
expect 0 payctl product set cabin --name "Elang Lembah, cabin" --price 450000 --capacity 2
for guest in BOOK-1 BOOK-2; do
    expect 0 payctl order create --number "$guest" --line cabin:1 --expires-in 4s --gateway midtrans --method qris
done
expect 1 payctl order create --number BOOK-3 --line cabin:1 --gateway midtrans --method qris

tell "the first guest left a name and a number at the desk: they come to the order, and find it again"
expect 0 payctl order edit BOOK-1 --name "Putu Ayu" --phone "+62 812-5550-1234" --by made
expect 0 payctl order find 1234
says "BOOK-1" "Putu Ayu"

tell "the first guest pays, and the webhook is lost; the second sees a QR code and does not pay"
gateway_says payments '
{"kind":"midtrans","reference":"BOOK-1","status":"settlement","amount":450000,"method":"qris"}
{"kind":"midtrans","reference":"BOOK-2","status":"pending","amount":450000,"method":"qris"}'

tell "while the gateway does not answer, no order expires by time alone"
gateway_says faults '{"kind":"midtrans","fault":"silent"}'
minutes_pass "kept" payctl expire
look BOOK-1 pending
look BOOK-2 pending
gateway_is_well

tell "it answers again: the paid order keeps its cabin; payctl closes the unpaid QR payment and expires its order"
expect 0 payctl expire
says "1 expired" "1 fixed"
look BOOK-1 fulfilled
look BOOK-2 expired
expect 0 payctl why BOOK-2

tell "the cabin is free again, and the third guest takes it"
expect 0 payctl order create --number BOOK-3 --line cabin:1 --gateway midtrans --method qris
gateway_says payments '{"kind":"midtrans","reference":"BOOK-3","status":"settlement","amount":450000,"method":"qris"}'
expect 0 payctl check-all --fix
look BOOK-3 fulfilled

tell "the second guest's bank was slow and the money arrives late: payctl books it, and a refund is due"
gateway_says payments '{"kind":"midtrans","reference":"BOOK-2","status":"settlement","amount":450000,"method":"qris"}'
expect 3 payctl check-status BOOK-2 --fix
look BOOK-2 expired
expect 0 payctl refund list
says "BOOK-2" "450,000"
expect 0 payctl case list
says "late_payment"

finish
