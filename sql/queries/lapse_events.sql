-- Deletes the events of a lapsed order.
DELETE FROM events
WHERE order_id = $1
