-- Refunds that were sent or done since an instant.
SELECT
    refunds.id, orders.number, refunds.amount, refunds.status, refunds.moved_at, refunds.refund_key,
    bank_transfers.reference AS bank_reference
FROM refunds
JOIN orders ON orders.id = refunds.order_id
LEFT JOIN bank_transfers ON bank_transfers.id = refunds.transfer_id
WHERE refunds.moved_at >= $1 AND refunds.status IN ('sent', 'unknown', 'done')
ORDER BY refunds.id
LIMIT $2
