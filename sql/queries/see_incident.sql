-- Records that an incident goes on.
UPDATE incidents SET seen_at = $1, facts = $2, affected = $3 WHERE id = $4
