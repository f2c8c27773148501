-- When a payment may be queried at its gateway again.
SELECT read_again_at
FROM payments
WHERE id = $1
