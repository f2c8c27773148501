-- Moves a refund, but only from where it was last seen.
UPDATE refunds
SET status = $1, moved_at = $2, version = version + 1
WHERE id = $3 AND status = $4
