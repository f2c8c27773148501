-- Records that a payment is about to be queried, unless somebody has just queried it.
-- A query time in the future was written by a wrong clock.
UPDATE payments
SET last_asked_at = $1
WHERE id = $2 AND (last_asked_at <= $3 OR last_asked_at > $1)
