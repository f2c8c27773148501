-- Deletes the unique amount of a lapsed order.
DELETE FROM asked_amounts
WHERE order_id = $1
