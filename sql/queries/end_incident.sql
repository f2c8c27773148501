-- Records that an incident is over, and whether anybody is still to be told.
UPDATE incidents SET ended_at = $1, over_told_at = $2 WHERE id = $3
