-- The first order of a customer that still waits for its money.
SELECT orders.number
FROM orders
WHERE orders.customer_id = $1 AND orders.status = 'pending'
ORDER BY orders.id
LIMIT 1
