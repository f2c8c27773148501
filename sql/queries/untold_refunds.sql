-- Refunds that wait for a person and that nobody was told of, the longest due first, each with the run that made it due.
SELECT
    refunds.run_id,
    refunds.id,
    orders.number,
    refunds.payment_id,
    refunds.status,
    refunds.reason,
    refunds.amount,
    refunds.why,
    refunds.code,
    refunds.params
FROM refunds
JOIN orders ON orders.id = refunds.order_id
WHERE refunds.status IN ('due', 'approved') AND refunds.told_at IS NULL
ORDER BY refunds.id
