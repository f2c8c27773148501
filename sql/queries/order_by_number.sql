-- The order with a number, in its current state.
SELECT id, number, status, total, waived, created_at, expires_at, version
FROM orders
WHERE number = $1
