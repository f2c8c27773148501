-- Lets the time of access begin with its first use again.
UPDATE grants
SET starts_at = NULL, ends_at = NULL, used_ms = 0
WHERE id = $1
