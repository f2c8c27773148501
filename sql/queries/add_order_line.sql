-- Adds a line to an order, with the terms on which the product is sold now.
INSERT INTO order_lines (
    order_id, product_id, quantity, unit_price, reservation, issues_tickets, access_seconds, access_from
)
SELECT $1, id, $2, $3, $4, issues_tickets, access_seconds, access_from
FROM products
WHERE id = $5
