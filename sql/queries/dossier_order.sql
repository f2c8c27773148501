-- An order in its current state, the part of its waiver that is a loss, and the time of its last move.
SELECT id, number, status, total, waived, created_at, expires_at, version, loss, moved_at
FROM orders
WHERE id = $1
