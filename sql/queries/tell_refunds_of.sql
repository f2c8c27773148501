-- Notes that a person was told of what that person's own command owes.
UPDATE refunds
SET told_at = $1
WHERE status IN ('due', 'approved') AND told_at IS NULL AND run_id = $2
