-- What transfers with this reference were booked for, at any bank: payments received by one, or refunds sent by one.
SELECT orders.number, payments.id AS payment, NULL AS refund, payments.received, bank_transfers.reference, bank_transfers.bank
FROM bank_transfers
JOIN payments ON payments.transfer_id = bank_transfers.id
JOIN orders ON orders.id = payments.order_id
WHERE bank_transfers.direction = $1
    AND bank_transfers.reference_key = $2
UNION ALL
SELECT orders.number, refunds.payment_id, refunds.id, refunds.amount, bank_transfers.reference, bank_transfers.bank
FROM bank_transfers
JOIN refunds ON refunds.transfer_id = bank_transfers.id
JOIN orders ON orders.id = refunds.order_id
WHERE bank_transfers.direction = $1
    AND bank_transfers.reference_key = $2
ORDER BY 2, 3 NULLS FIRST
LIMIT 1000
