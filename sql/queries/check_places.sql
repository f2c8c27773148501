-- The queue positions of a gateway's payments that are not due, least recently queried first.
SELECT last_asked_at, id
FROM payments
WHERE gateway = $1
  AND next_check_at IS NOT NULL
  AND (last_asked_at < $2 OR last_asked_at > $3)
  AND next_check_at > $2
ORDER BY last_asked_at, id
LIMIT $4
