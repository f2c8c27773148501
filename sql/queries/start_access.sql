-- Starts the time of access that was waiting for its first use.
UPDATE grants
SET starts_at = $1, ends_at = $2
WHERE id = $3 AND starts_at IS NULL AND suspended_at IS NULL AND revoked_at IS NULL
