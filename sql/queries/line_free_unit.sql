-- Records on the line that the unit of a ticket is free again.
UPDATE order_lines
SET freed = freed + 1
WHERE id = (SELECT order_line_id FROM tickets WHERE id = $1) AND reservation = 'sold'
