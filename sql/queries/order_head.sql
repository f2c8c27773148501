-- The number and the status of an order.
SELECT number, status
FROM orders
WHERE id = $1
