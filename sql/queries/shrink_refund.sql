-- Lowers the amount that is still to be refunded.
UPDATE refunds
SET amount = $1, moved_at = $2, version = version + 1
WHERE id = $3 AND amount > $1
