-- A payment is about to be asked about, unless somebody has asked just now. What lies ahead was asked by a wrong clock.
UPDATE payments
SET last_asked_at = $1
WHERE id = $2 AND (last_asked_at <= $3 OR last_asked_at > $1)
