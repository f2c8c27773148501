-- Overdue orders without a payment at any gateway, the longest overdue first.
SELECT orders.id, orders.number, orders.total, orders.expires_at
FROM orders
WHERE orders.status = 'pending'
    AND orders.expires_at >= $1
    AND (orders.expires_at > $1 OR orders.id > $2)
    AND orders.expires_at < $3
    AND NOT EXISTS (
        SELECT 1
        FROM payments
        WHERE payments.order_id = orders.id
            AND (payments.gateway <> 'manual' OR payments.status IN ('paid', 'mismatch'))
        )
    AND NOT EXISTS (
        SELECT 1
        FROM cases
        WHERE cases.order_id = orders.id AND cases.kind = 'unknown_try' AND cases.resolved_at IS NULL
    )
ORDER BY orders.expires_at, orders.id
LIMIT $4
