-- Deletes the cases of a lapsed order.
DELETE FROM cases
WHERE order_id = $1
