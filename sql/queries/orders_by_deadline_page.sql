-- Orders that wait for money, with their sums, whose time ends first; a null parameter does not filter.
SELECT order_rows.*
FROM (
    -- The index of the deadlines gives their order; sums are computed only for the rows shown.
    SELECT orders.id, orders.expires_at
    FROM orders
    WHERE orders.status = 'pending'
        AND (CAST($1 AS TEXT) IS NULL OR EXISTS (
            SELECT 1 FROM payments WHERE payments.order_id = orders.id AND payments.gateway = $1
        ))
        AND (CAST($2 AS TEXT) IS NULL OR EXISTS (
            SELECT 1 FROM order_lines JOIN products ON products.id = order_lines.product_id
            WHERE order_lines.order_id = orders.id AND products.sku = $2
        ))
        AND (CAST($3 AS BIGINT) IS NULL OR orders.created_at < $3)
        AND (CAST($4 AS BIGINT) IS NULL OR orders.created_at >= $4)
        AND (orders.expires_at, orders.id) > ($5, $6)
    ORDER BY orders.expires_at, orders.id
    LIMIT $7
) AS shown
JOIN order_rows ON order_rows.id = shown.id
ORDER BY shown.expires_at, shown.id
