-- Marks the held lines of an order as sold.
UPDATE order_lines
SET reservation = 'sold'
WHERE order_id = $1 AND reservation = 'held'
