-- The number, the status and the deadline of an order.
SELECT number, status, expires_at
FROM orders
WHERE id = $1
