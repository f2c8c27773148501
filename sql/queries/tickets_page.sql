-- Tickets in the order in which they were issued, optionally of one product.
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
FROM tickets
JOIN order_lines ON order_lines.id = tickets.order_line_id
JOIN orders ON orders.id = order_lines.order_id
JOIN products ON products.id = order_lines.product_id
WHERE ($1 IS NULL OR products.sku = $1)
    AND tickets.id > $2
ORDER BY tickets.id
LIMIT $3
