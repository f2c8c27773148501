-- Lowers what is still to go back by a refund.
UPDATE refunds
SET amount = $1, moved_at = $2, version = version + 1
WHERE id = $3 AND amount > $1
