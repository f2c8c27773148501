-- The access from all orders of an email address, in the order in which it was granted, optionally for one product.
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
FROM customers
-- In this join order, because one person has few orders.
CROSS JOIN orders
CROSS JOIN order_lines
CROSS JOIN grants
CROSS JOIN products
WHERE lower(customers.email) = lower($1)
    AND orders.customer_id = customers.id
    AND order_lines.order_id = orders.id
    AND grants.order_line_id = order_lines.id
    AND products.id = order_lines.product_id
    AND ($2 IS NULL OR products.sku = $2)
    AND grants.id > $3
ORDER BY grants.id
LIMIT $4
