-- Transfers of an older file whose keys are not computed yet, earliest first, with what they were booked for.
SELECT
    bank_transfers.id,
    bank_transfers.direction,
    bank_transfers.reference,
    payments.id AS payment,
    payments.order_id,
    coalesce(refunds.moved_at, payments.moved_at, 0) AS at
FROM bank_transfers
LEFT JOIN refunds ON refunds.transfer_id = bank_transfers.id
LEFT JOIN payments ON payments.transfer_id = bank_transfers.id OR payments.id = refunds.payment_id
WHERE bank_transfers.reference_key IS NULL
    AND bank_transfers.id > $1
ORDER BY bank_transfers.id
LIMIT $2
