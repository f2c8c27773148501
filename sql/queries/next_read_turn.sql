-- When a payment may be read at its gateway again.
SELECT read_again_at
FROM payments
WHERE id = $1
