-- The tickets of an order, line by line.
SELECT * FROM ticket_rows
WHERE order_id = $1
ORDER BY order_line_id, unit
LIMIT $2
