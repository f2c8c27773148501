-- Makes a redeemed ticket good again.
UPDATE tickets
SET redeemed_at = NULL, redeemed_by = NULL
WHERE id = $1 AND redeemed_at IS NOT NULL AND revoked_at IS NULL
