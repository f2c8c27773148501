-- The orders of a customer.
SELECT orders.number
FROM orders
WHERE orders.customer_id = $1
ORDER BY orders.id
