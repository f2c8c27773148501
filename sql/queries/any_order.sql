-- One order, if there is any.
SELECT orders.id
FROM orders
ORDER BY orders.id
LIMIT 1
