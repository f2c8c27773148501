-- Moves a payment to another schedule of queries, with its first query at the given time.
UPDATE payments
SET check_phase = $1, check_step = 0, next_check_at = $2
WHERE id = $3
