-- Keeps everybody from querying a payment before a given time.
UPDATE payments
SET read_again_at = $1
WHERE id = $2 AND read_again_at < $1
