-- Overdue orders that a gateway or a notification may know money for, the least recently tried first; without those tried at a given time.
SELECT orders.id
FROM orders
WHERE orders.status = 'pending'
    AND orders.expires_at < $1
    AND orders.last_tried_at <> $2
    AND (
        EXISTS (
            SELECT 1
            FROM payments
            WHERE payments.order_id = orders.id AND (payments.gateway <> 'manual' OR payments.status IN ('paid', 'mismatch'))
        )
        OR EXISTS (
            SELECT 1
            FROM cases
            WHERE cases.order_id = orders.id AND cases.kind = 'unknown_try' AND cases.resolved_at IS NULL
        )
    )
ORDER BY orders.last_tried_at, orders.id
LIMIT $3
