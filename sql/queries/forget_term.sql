-- Resets the time of a grant, so that it starts with its first use again.
UPDATE grants
SET starts_at = NULL, ends_at = NULL, used_ms = 0
WHERE id = $1
