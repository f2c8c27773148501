-- Access in the order in which it was granted, optionally for one product.
SELECT
    grants.id,
    orders.id AS order_id,
    orders.number,
    products.sku,
    customers.email,
    grants.seconds,
    grants.issued_at,
    grants.starts_at,
    grants.ends_at,
    grants.suspended_at,
    grants.revoked_at
FROM grants
JOIN order_lines ON order_lines.id = grants.order_line_id
JOIN orders ON orders.id = order_lines.order_id
JOIN products ON products.id = order_lines.product_id
LEFT JOIN customers ON customers.id = orders.customer_id
WHERE ($1 IS NULL OR products.sku = $1)
    AND grants.id > $2
ORDER BY grants.id
LIMIT $3
