-- Records that a person was told of the cases that this person's own command has opened.
UPDATE cases
SET told_at = $1
WHERE resolved_at IS NULL AND told_at IS NULL AND run_id = $2
