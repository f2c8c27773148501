-- Moves an effect that has not changed since it was read, and ends its claim.
UPDATE effects
SET status = $1,
    tries = $2,
    next_try_at = $3,
    last_error = $4,
    repetition = $5,
    moved_at = $6,
    claimed_at = NULL,
    claimed_until = NULL,
    claimed_host = NULL,
    claimed_pid = NULL,
    version = version + 1
WHERE id = $7 AND version = $8 AND status = $9
