-- Makes a payment due now, if it is not due earlier.
UPDATE payments
SET next_check_at = $1
WHERE id = $2 AND (next_check_at IS NULL OR next_check_at > $1)
