-- An order as it stands, what of its waiver is a loss, and since when it stands so.
SELECT id, number, status, total, waived, created_at, expires_at, version, loss, moved_at
FROM orders
WHERE id = $1
