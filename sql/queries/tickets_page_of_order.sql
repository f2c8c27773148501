-- The tickets of an order in the order in which they were issued, optionally of one product.
SELECT
    tickets.id,
    tickets.code,
    orders.id AS order_id,
    orders.number,
    products.sku,
    products.name,
    tickets.unit,
    tickets.issued_at,
    tickets.suspended_at,
    tickets.revoked_at,
    tickets.redeemed_at,
    tickets.redeemed_by
FROM orders
-- In this join order, because one order has few tickets.
CROSS JOIN order_lines
CROSS JOIN tickets
CROSS JOIN products
WHERE orders.number = $1
    AND order_lines.order_id = orders.id
    AND tickets.order_line_id = order_lines.id
    AND products.id = order_lines.product_id
    AND ($2 IS NULL OR products.sku = $2)
    AND tickets.id > $3
ORDER BY tickets.id
LIMIT $4
