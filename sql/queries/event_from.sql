-- The first event from a number on, and when it was.
SELECT id, at
FROM events
WHERE id >= $1
ORDER BY id
LIMIT 1
