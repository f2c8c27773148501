-- Queues the effects of a range of overdue orders without a payment at any gateway, optionally for one product only.
INSERT INTO effects (key, order_id, occasion, hook, nth, kind, repeatable, status, next_try_at, created_at, moved_at)
SELECT 'e' || orders.id || '-expired-' || $1 || '-1', orders.id, 'expired', $1, 1, $2, $3, 'queued', $4, $4, $4
FROM orders
WHERE orders.status = 'pending'
        AND orders.expires_at >= $5
        AND (orders.expires_at > $5 OR orders.id > $6)
        AND orders.expires_at <= $7
        AND (orders.expires_at < $7 OR orders.id <= $8)
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
        AND (CAST($9 AS TEXT) IS NULL OR EXISTS (
            SELECT 1
            FROM order_lines
            JOIN products ON products.id = order_lines.product_id
            WHERE order_lines.order_id = orders.id AND products.sku = $9
        ))
ORDER BY orders.expires_at, orders.id
ON CONFLICT DO NOTHING
