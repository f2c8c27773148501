-- Counts an answer that repeats the last one, if no other answer was booked in between.
UPDATE payments
SET check_step = $1,
    next_check_at = $2,
    last_asked_at = $3,
    last_answered_at = $4,
    checks = $5
WHERE id = $6 AND version = $7 AND check_phase = $8 AND last_meaning IS NOT DISTINCT FROM $9
