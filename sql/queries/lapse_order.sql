-- Deletes a lapsed order, after all its rows.
DELETE FROM orders
WHERE id = $1
