-- Reschedules the period of a grant.
UPDATE grants
SET starts_at = $1, ends_at = $2, used_ms = $3
WHERE id = $4
