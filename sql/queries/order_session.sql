-- The token that stands for an order's customer.
SELECT session_token
FROM orders
WHERE number = $1
