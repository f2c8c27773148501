-- Closes an open case.
UPDATE cases
SET resolved_at = $1, resolution = $2, resolved_by = $3, reason = $4
WHERE id = $5 AND resolved_at IS NULL
