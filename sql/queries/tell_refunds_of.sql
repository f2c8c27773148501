-- Records that a person was told of the refunds that this person's own command has made due.
UPDATE refunds
SET told_at = $1
WHERE status IN ('due', 'approved') AND told_at IS NULL AND run_id = $2
