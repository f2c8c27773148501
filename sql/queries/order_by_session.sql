-- The order whose buyer holds this session token.
SELECT id
FROM orders
WHERE session_token = $1
