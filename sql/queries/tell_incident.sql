-- Records that a person was told that an incident is there.
UPDATE incidents SET told_at = $1 WHERE id = $2 AND ended_at IS NULL
