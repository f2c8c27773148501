-- Records that a payment is about to be queried.
UPDATE payments
SET last_asked_at = $1
WHERE id = $2
