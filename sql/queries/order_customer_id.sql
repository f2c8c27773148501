-- The customer's row of an order.
SELECT customer_id
FROM orders
WHERE id = $1
