-- Rejects a refund for good: no rule makes it due again.
UPDATE refunds
SET status = 'rejected', declined = 1, moved_at = $1, version = version + 1
WHERE id = $2 AND status = $3
