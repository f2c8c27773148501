-- Puts a payment at the beginning of another row of questions.
UPDATE payments
SET check_phase = $1, check_step = 0, next_check_at = $2
WHERE id = $3
