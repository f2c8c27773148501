-- The access to a product from all orders of an email address, newest first.
SELECT access_rows.*
FROM (
    -- In this join order, because one person has few orders and one product has many.
    SELECT grants.id
    FROM customers
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
) AS granted
CROSS JOIN access_rows
WHERE access_rows.id = granted.id
ORDER BY access_rows.id DESC
LIMIT $3
