-- Moves a refund, but only if it has not changed since it was read.
-- A person who approves it knows about it; if its gateway does not show it, a person must be told again (R2).
UPDATE refunds
SET status = $1,
    moved_at = $2,
    told_at = CASE
        WHEN $1 = 'approved' AND status IN ('sent', 'unknown') THEN NULL
        WHEN $1 = 'approved' THEN COALESCE(told_at, $2)
        ELSE told_at
    END,
    version = version + 1
WHERE id = $3 AND status = $4
