-- An order as it stands.
SELECT id, number, status, total, waived, created_at, expires_at, version
FROM orders
WHERE id = $1
