-- Marks the held lines of an order as released.
UPDATE order_lines
SET reservation = 'released'
WHERE order_id = $1 AND reservation = 'held'
