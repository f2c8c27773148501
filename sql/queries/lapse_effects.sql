-- Deletes the effects of a lapsed order.
DELETE FROM effects
WHERE order_id = $1
