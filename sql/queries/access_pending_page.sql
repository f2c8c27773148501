-- Access that orders wait to be paid for, in the order of their lines, a null parameter does not filter.
SELECT
    order_lines.id, orders.number, products.sku, customers.email, orders.created_at,
    order_lines.access_seconds * order_lines.quantity AS seconds,
    order_lines.unit_price * order_lines.quantity AS amount
FROM orders
CROSS JOIN order_lines
CROSS JOIN products
LEFT JOIN customers ON customers.id = orders.customer_id
-- In this join order, because few orders wait at a time, and an index finds them.
WHERE orders.status = 'pending'
    AND order_lines.order_id = orders.id
    AND products.id = order_lines.product_id
    AND order_lines.access_seconds IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM grants WHERE grants.order_line_id = order_lines.id)
    AND (CAST($1 AS TEXT) IS NULL OR lower(customers.email) = lower($1))
    AND (CAST($2 AS TEXT) IS NULL OR products.sku = $2)
    AND (CAST($3 AS TEXT) IS NULL OR EXISTS (
        SELECT 1 FROM payments WHERE payments.order_id = orders.id AND payments.gateway = $3
    ))
    AND order_lines.id > $4
    AND (CAST($5 AS BIGINT) IS NULL OR orders.created_at >= $5)
    AND (CAST($6 AS BIGINT) IS NULL OR orders.created_at < $6)
ORDER BY order_lines.id
LIMIT $7
