-- Orders with their sums, newest first; a null parameter does not filter.
SELECT * FROM order_rows
WHERE (CAST($1 AS TEXT) IS NULL OR order_rows.status = $1)
    AND (CAST($2 AS TEXT) IS NULL OR EXISTS (
        SELECT 1 FROM payments WHERE payments.order_id = order_rows.id AND payments.gateway = $2
    ))
    AND (CAST($3 AS TEXT) IS NULL OR EXISTS (
        SELECT 1 FROM order_lines JOIN products ON products.id = order_lines.product_id
        WHERE order_lines.order_id = order_rows.id AND products.sku = $3
    ))
    AND (CAST($4 AS BIGINT) IS NULL OR order_rows.created_at < $4)
    AND (CAST($5 AS BIGINT) IS NULL OR order_rows.created_at >= $5)
    AND order_rows.id < $6
ORDER BY order_rows.id DESC
LIMIT $7
