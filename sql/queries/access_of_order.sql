-- The access that an order gives, newest first, optionally for one product.
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
WHERE orders.id = $1 AND ($2 IS NULL OR products.sku = $2)
ORDER BY grants.id DESC
LIMIT $3
