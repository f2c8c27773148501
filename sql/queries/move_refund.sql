-- Moves a refund, but only from where it was last seen.
-- Whoever approves it knows of it; of one that its gateway does not show, a person has to be told once more (R2).
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
