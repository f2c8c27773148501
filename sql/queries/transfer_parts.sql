-- All payments that a payment's transfer has paid: the payment itself, and those of other orders.
SELECT orders.number, payments.id AS payment, NULL AS refund, payments.received, bank_transfers.reference, bank_transfers.bank
FROM payments AS one
JOIN bank_transfers ON bank_transfers.id = one.transfer_id
JOIN payments ON payments.transfer_id = one.transfer_id
JOIN orders ON orders.id = payments.order_id
WHERE one.id = $1
ORDER BY payments.id
LIMIT 1000
