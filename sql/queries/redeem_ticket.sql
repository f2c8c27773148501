-- Redeems a valid ticket.
UPDATE tickets
SET redeemed_at = $1, redeemed_by = $2
WHERE code = $3 AND redeemed_at IS NULL AND suspended_at IS NULL AND revoked_at IS NULL
