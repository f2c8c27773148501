-- Moves a payment to another schedule of queries.
UPDATE payments
SET check_phase = $1
WHERE id = $2
