-- Increments an order's version because one of its payments has moved.
UPDATE orders
SET version = version + 1
WHERE id = $1 AND version = $2
