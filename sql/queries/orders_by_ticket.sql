-- The order of a ticket.
SELECT order_lines.order_id
FROM tickets
JOIN order_lines ON order_lines.id = tickets.order_line_id
WHERE tickets.code = $1
