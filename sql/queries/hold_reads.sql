-- Keeps a payment from being read at its gateway before this.
UPDATE payments
SET read_again_at = $1
WHERE id = $2 AND read_again_at < $1
