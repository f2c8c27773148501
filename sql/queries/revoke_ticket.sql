-- Revokes one valid ticket on a person's decision.
UPDATE tickets
SET revoked_at = $1, revoked_by = $2
WHERE id = $3 AND redeemed_at IS NULL AND suspended_at IS NULL AND revoked_at IS NULL
