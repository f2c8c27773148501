-- Orders of a rare status with their sums, newest first; a null parameter does not filter.
SELECT
    orders.id,
    orders.number,
    orders.status,
    orders.total,
    orders.waived,
    orders.created_at,
    orders.expires_at,
    orders.version,
    customers.name,
    (SELECT CAST(COALESCE(sum(order_lines.quantity), 0) AS BIGINT)
       FROM order_lines WHERE order_lines.order_id = orders.id) AS units,
    (SELECT CAST(count(*) AS BIGINT)
       FROM payments WHERE payments.order_id = orders.id) AS payments,
    (SELECT CAST(COALESCE(sum(payments.received), 0) AS BIGINT)
       FROM payments WHERE payments.order_id = orders.id AND payments.status IN ('paid', 'mismatch')) AS received,
    (SELECT CAST(COALESCE(sum(payments.refunded + payments.charged_back), 0) AS BIGINT)
       FROM payments WHERE payments.order_id = orders.id) AS gone_back,
    (SELECT CAST(count(*) AS BIGINT)
       FROM cases WHERE cases.order_id = orders.id AND cases.resolved_at IS NULL) AS open_cases,
    asked_amounts.amount AS asked
FROM orders
LEFT JOIN customers ON customers.id = orders.customer_id
LEFT JOIN asked_amounts ON asked_amounts.order_id = orders.id
WHERE orders.status = $1
    AND orders.status IN ('paid', 'cancelled', 'refunded')
    AND ($2 IS NULL OR EXISTS (
        SELECT 1 FROM payments WHERE payments.order_id = orders.id AND payments.gateway = $2
    ))
    AND ($3 IS NULL OR EXISTS (
        SELECT 1 FROM order_lines JOIN products ON products.id = order_lines.product_id
        WHERE order_lines.order_id = orders.id AND products.sku = $3
    ))
    AND ($4 IS NULL OR orders.created_at < $4)
    AND ($5 IS NULL OR orders.created_at >= $5)
    AND orders.id < $6
ORDER BY orders.id DESC
LIMIT $7
