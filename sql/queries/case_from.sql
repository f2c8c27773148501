-- The first case from a number on, and when it was opened.
SELECT id, opened_at AS at
FROM cases
WHERE id >= $1
ORDER BY id
LIMIT 1
