#!/usr/bin/env bash
# A VPN shop: it shows a QR code and watches the payment; once it is paid, the account is created, once, and handed to its
# buyer. If the customer leaves, the payment is found later. A paid order without an account ends with an operator and a refund.
source "$(dirname "$0")/../shop.sh"

tell "thirty days of VPN, paid by QRIS at Pakasir"
open_gateway
hooks=$root/examples/vpn-qris
sed "s|GATEWAY|$gateway|; s|HOOKS|$hooks|; s|SHOP|$shop|" "$hooks/payctl.toml" >"$shop/payctl.toml"
export PAKASIR_API_KEY=a-key-for-the-simulator
export PAKASIR_WEBHOOK_SECRET=a-secret-for-the-simulator
expect 0 payctl product set vpn-30d --name "VPN, 30 hari" --price 50000
expect 0 payctl order create --number VPN-0001 --line vpn-30d:1 --customer-email eko@example.com --meta vpn_user=eko

tell "the customer sees the QR code and does not pay; the order stays pending"
expect 3 payctl pay VPN-0001 --method qris --svg "$shop/qr.svg" --wait --interval 5s --timeout 6s
[[ -s $shop/qr.svg ]] || fail "there is no QR"
look VPN-0001 pending

tell "running pay again shows the same payment; this time it is paid, and the account is created at once"
payctl pay VPN-0001 --method qris --wait --interval 5s --timeout 30s >"$shop/waiting.log" 2>&1 &
waiting=$!
wait_for "$shop/waiting.log"
customer 'pay?kind=pakasir&reference=VPN-0001'
ends "$waiting"
said=$(<"$shop/waiting.log")
printf '%s\n' "$said"
((code == 0)) || fail "waiting ended with $code"
says "already open" "the order is paid" "effects: 1" '"user": "eko", "password": "'
expect 0 payctl fulfil
look VPN-0001 fulfilled
[[ $(wc -l <"$shop/accounts") -eq 1 ]] || fail "there is not exactly one account"

tell "a program that shows the buyer the account reads it from the answer; a mail writes {{ effects.make_account.output.password }}"
expect 0 payctl watch VPN-0001 -o json
says '"effects":{"make-account":{"output":{' '"user":"eko"' '"server":"sg1.vpn.example"'
expect 0 payctl order edit VPN-0001 --note "asked for a server in Singapore" --by eka
expect 0 payctl order show VPN-0001
says "asked for a server in Singapore" "vpn_user" "sg1.vpn.example"

tell "paid, but no server has room: payctl retries, and the order is not fulfilled"
touch "$shop/no-servers-left"
expect 0 payctl order create --number VPN-0002 --line vpn-30d:1
expect 0 payctl pay VPN-0002 --method qris
gateway_says payments '{"kind":"pakasir","reference":"VPN-0002","status":"completed","amount":50000}'
expect 4 payctl check-all --fix
look VPN-0002 paid
expect 0 payctl fulfil list
says "waiting"

tell "an operator gives up: the order is cancelled, a refund is due, and no account will be created"
expect 3 payctl order cancel VPN-0002 --reason "no server has room" --yes
look VPN-0002 cancelled
expect 0 payctl refund list
says "VPN-0002"
rm "$shop/no-servers-left"
expect 0 payctl fulfil
[[ $(wc -l <"$shop/accounts") -eq 1 ]] || fail "an account was made for an order that is cancelled"

finish
