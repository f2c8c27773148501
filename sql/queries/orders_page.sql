-- Orders with their sums, newest first; a null parameter does not filter.
SELECT * FROM order_rows
WHERE ($1 IS NULL OR order_rows.status = $1)
    AND ($2 IS NULL OR EXISTS (
        SELECT 1 FROM payments WHERE payments.order_id = order_rows.id AND payments.gateway = $2
    ))
    AND ($3 IS NULL OR EXISTS (
        SELECT 1 FROM order_lines JOIN products ON products.id = order_lines.product_id
        WHERE order_lines.order_id = order_rows.id AND products.sku = $3
    ))
    AND ($4 IS NULL OR order_rows.created_at < $4)
    AND ($5 IS NULL OR order_rows.created_at >= $5)
    AND order_rows.id < $6
ORDER BY order_rows.id DESC
LIMIT $7
