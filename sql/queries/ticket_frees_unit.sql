-- Whether the unit of a ticket can be sold again.
SELECT products.resaleable = 1 AND order_lines.reservation = 'sold' AS frees_unit
FROM tickets
JOIN order_lines ON order_lines.id = tickets.order_line_id
JOIN products ON products.id = order_lines.product_id
WHERE tickets.id = $1
