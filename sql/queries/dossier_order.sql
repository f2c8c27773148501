-- An order as it stands, and what of its waiver is a loss.
SELECT id, number, status, total, waived, created_at, expires_at, version, loss
FROM orders
WHERE id = $1
