-- Records that a person was told of a refund.
UPDATE refunds
SET told_at = $1
WHERE id = $2 AND told_at IS NULL
