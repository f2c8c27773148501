-- Puts a payment on another schedule of questions.
UPDATE payments
SET check_phase = $1
WHERE id = $2
