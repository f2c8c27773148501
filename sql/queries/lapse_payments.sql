-- Deletes the payments of a lapsed order.
DELETE FROM payments
WHERE order_id = $1
