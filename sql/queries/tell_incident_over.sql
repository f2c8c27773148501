-- Records that a person was told that an incident is over.
UPDATE incidents SET over_told_at = $1 WHERE id = $2 AND ended_at IS NOT NULL
