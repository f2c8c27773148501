-- Gives an order another customer.
UPDATE orders
SET customer_id = $1
WHERE id = $2
