-- The access to a product from all orders of an email address, newest first.
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
-- In this join order, because one person has few orders and one product has many.
CROSS JOIN orders
CROSS JOIN order_lines
CROSS JOIN products
CROSS JOIN grants
WHERE lower(customers.email) = lower($1)
    AND orders.customer_id = customers.id
    AND order_lines.order_id = orders.id
    AND products.id = order_lines.product_id
    AND products.sku = $2
    AND grants.order_line_id = order_lines.id
ORDER BY grants.id DESC
LIMIT $3
