-- Counts an answer that said the same as the last one, if nobody has heard anything else meanwhile.
UPDATE payments
SET check_phase = $1,
    check_step = $2,
    next_check_at = $3,
    last_asked_at = $4,
    last_answered_at = $5,
    checks = $6
WHERE id = $7 AND version = $8 AND last_meaning IS NOT DISTINCT FROM $9
