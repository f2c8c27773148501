-- Counts an answer that repeats the last one, if no other answer was booked in between.
UPDATE payments
SET check_step = $1,
    next_check_at = $2,
    last_asked_at = $3,
    last_answered_at = $4,
    silent_since = $5,
    checks = $6
WHERE id = $7 AND version = $8 AND check_phase = $9 AND last_meaning IS NOT DISTINCT FROM $10
