-- The order whose buyer has this token.
SELECT id
FROM orders
WHERE session_token = $1
