-- Orders that were asked to pay exactly this unique amount past the gateways, newest first; a null parameter does not filter.
SELECT order_rows.*
FROM asked_amounts
JOIN order_rows ON order_rows.id = asked_amounts.order_id
WHERE asked_amounts.amount = $1
    AND (CAST($2 AS TEXT) IS NULL OR order_rows.status = $2)
    AND (CAST($3 AS TEXT) IS NULL OR EXISTS (
        SELECT 1 FROM payments WHERE payments.order_id = order_rows.id AND payments.gateway = $3
    ))
    AND (CAST($4 AS TEXT) IS NULL OR EXISTS (
        SELECT 1 FROM order_lines JOIN products ON products.id = order_lines.product_id
        WHERE order_lines.order_id = order_rows.id AND products.sku = $4
    ))
    AND (CAST($5 AS BIGINT) IS NULL OR order_rows.created_at < $5)
    AND (CAST($6 AS BIGINT) IS NULL OR order_rows.created_at >= $6)
    AND asked_amounts.order_id < $7
ORDER BY asked_amounts.order_id DESC
LIMIT $8
