-- Orders with their sums, by number; a null parameter does not filter.
SELECT order_rows.*
FROM (
    -- The index of the numbers gives their order; sums are computed only for the rows shown.
    SELECT orders.id, orders.number
    FROM orders
    WHERE (CAST($1 AS TEXT) IS NULL OR orders.status = $1)
        AND (CAST($2 AS TEXT) IS NULL OR EXISTS (
            SELECT 1 FROM payments WHERE payments.order_id = orders.id AND payments.gateway = $2
        ))
        AND (CAST($3 AS TEXT) IS NULL OR EXISTS (
            SELECT 1 FROM order_lines JOIN products ON products.id = order_lines.product_id
            WHERE order_lines.order_id = orders.id AND products.sku = $3
        ))
        AND (CAST($4 AS BIGINT) IS NULL OR orders.created_at < $4)
        AND (CAST($5 AS BIGINT) IS NULL OR orders.created_at >= $5)
        AND orders.number > $6
    ORDER BY orders.number
    LIMIT $7
) AS shown
JOIN order_rows ON order_rows.id = shown.id
ORDER BY shown.number
