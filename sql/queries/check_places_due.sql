-- The queue positions of a gateway's due payments, longest due first.
SELECT next_check_at, id
FROM payments
WHERE gateway = $1 AND next_check_at IS NOT NULL AND next_check_at <= $2
ORDER BY next_check_at, id
LIMIT $3
