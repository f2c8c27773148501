-- Releases the stock held by a range of overdue orders without a payment at any gateway.
UPDATE products
SET held = products.held - moved.quantity
FROM (
    SELECT order_lines.product_id, CAST(sum(order_lines.quantity) AS BIGINT) AS quantity
    FROM orders
    JOIN order_lines ON order_lines.order_id = orders.id
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
        AND order_lines.reservation = 'held'
    GROUP BY order_lines.product_id
) AS moved
WHERE products.id = moved.product_id
