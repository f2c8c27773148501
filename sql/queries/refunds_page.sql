-- Refunds of every status, oldest first; a null parameter does not filter.
SELECT
    refunds.id,
    orders.number,
    refunds.payment_id,
    payments.gateway,
    refunds.status,
    refunds.reason,
    refunds.amount,
    refunds.declined,
    bank_transfers.reference AS bank_reference,
    refunds.created_at,
    refunds.moved_at,
    refunds.why,
    refunds.code,
    refunds.params
FROM refunds
JOIN orders ON orders.id = refunds.order_id
JOIN payments ON payments.id = refunds.payment_id
LEFT JOIN bank_transfers ON bank_transfers.id = refunds.transfer_id
WHERE ($1 IS NULL OR refunds.status = $1)
    AND ($2 IS NULL OR orders.number = $2)
    AND refunds.id > $3
ORDER BY refunds.id
LIMIT $4
