-- Adds an event for each of a range of overdue orders without a payment at any gateway: it has expired.
INSERT INTO events (order_id, at, actor, what, from_word, to_word, rule, why, code, params)
SELECT orders.id, $1, $2, 'order', orders.status, 'expired', 'O7', $3, $4, $5
FROM orders
WHERE orders.status = 'pending'
        AND orders.expires_at >= $6
        AND (orders.expires_at > $6 OR orders.id > $7)
        AND orders.expires_at <= $8
        AND (orders.expires_at < $8 OR orders.id <= $9)
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
