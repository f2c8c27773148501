-- Frees the unit of a ticket.
UPDATE products
SET sold = sold - 1
WHERE id = (
    SELECT order_lines.product_id
    FROM tickets
    JOIN order_lines ON order_lines.id = tickets.order_line_id
    WHERE tickets.id = $1
)
