-- Keeps with a payment what an answer said without moving it, if nobody has heard anything else meanwhile.
UPDATE payments
SET transaction_id = $1,
    method = $2,
    expires_at = $3,
    raw_status = $4,
    seen = $5,
    reversible = $6,
    denied_since = $7,
    last_meaning = $8,
    check_step = $9,
    next_check_at = $10,
    last_asked_at = $11,
    last_answered_at = $12,
    checks = $13,
    close_tries = $14,
    close_answer = $15,
    payable = $16,
    imposed_fee = $17
WHERE id = $18 AND version = $19 AND check_phase = $20 AND last_meaning IS NOT DISTINCT FROM $21
