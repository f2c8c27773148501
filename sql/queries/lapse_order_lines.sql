-- Deletes the lines of a lapsed order.
DELETE FROM order_lines
WHERE order_id = $1
