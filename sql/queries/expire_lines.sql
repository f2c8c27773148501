-- Marks the held lines of a range of overdue orders without a payment at any gateway as released.
UPDATE order_lines
SET reservation = 'released'
WHERE reservation = 'held'
    AND order_id IN (
    SELECT orders.id
    FROM orders
    WHERE orders.status = 'pending'
        AND orders.expires_at >= $1
        AND (orders.expires_at > $1 OR orders.id > $2)
        AND orders.expires_at <= $3
        AND (orders.expires_at < $3 OR orders.id <= $4)
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
)
