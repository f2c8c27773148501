-- Removes a lapsed order, after all that belongs to it.
DELETE FROM orders
WHERE id = $1
