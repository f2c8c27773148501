-- Open cases that no person was told of, the longest open first, each with the run that opened it.
SELECT
    cases.run_id,
    cases.id,
    cases.kind,
    orders.number,
    cases.payment_id,
    cases.gateway,
    CASE
        WHEN payments.received > 0 THEN payments.received
        ELSE COALESCE(payments.amount, orders.total)
    END AS amount,
    cases.facts,
    cases.opened_at,
    cases.code,
    cases.params
FROM cases
LEFT JOIN orders ON orders.id = cases.order_id
LEFT JOIN payments ON payments.id = cases.payment_id
WHERE cases.resolved_at IS NULL AND cases.told_at IS NULL
ORDER BY cases.id
