-- Orders with their sums, by number; a null parameter does not filter.
SELECT order_rows.*
FROM (
    -- The index of the numbers gives their order; sums are computed only for the rows shown.
    SELECT orders.id, orders.number
    FROM orders
    WHERE ($1 IS NULL OR orders.status = $1)
        AND ($2 IS NULL OR EXISTS (
            SELECT 1 FROM payments WHERE payments.order_id = orders.id AND payments.gateway = $2
        ))
        AND ($3 IS NULL OR EXISTS (
            SELECT 1 FROM order_lines JOIN products ON products.id = order_lines.product_id
            WHERE order_lines.order_id = orders.id AND products.sku = $3
        ))
        AND ($4 IS NULL OR orders.created_at < $4)
        AND ($5 IS NULL OR orders.created_at >= $5)
        AND orders.number > $6
    ORDER BY orders.number
    LIMIT $7
) AS shown
JOIN order_rows ON order_rows.id = shown.id
ORDER BY shown.number
