-- Expires a range of overdue orders without a payment at any gateway.
UPDATE orders
SET status = 'expired', moved_at = $1, version = version + 1
WHERE orders.status = 'pending'
        AND orders.expires_at >= $2
        AND (orders.expires_at > $2 OR orders.id > $3)
        AND orders.expires_at <= $4
        AND (orders.expires_at < $4 OR orders.id <= $5)
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
