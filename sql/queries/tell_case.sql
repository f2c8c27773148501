-- Records that a person was told of a case.
UPDATE cases
SET told_at = $1
WHERE id = $2 AND told_at IS NULL
