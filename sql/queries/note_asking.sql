-- A payment is about to be asked about.
UPDATE payments
SET last_asked_at = $1
WHERE id = $2
