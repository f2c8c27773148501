-- Claims an effect for a worker, but only if it has not changed since it was read.
UPDATE effects
SET status = 'running',
    next_try_at = NULL,
    claimed_at = $1,
    claimed_until = $2,
    claimed_host = $3,
    claimed_pid = $4,
    moved_at = $1,
    version = version + 1
WHERE id = $5 AND version = $6 AND status IN ('queued', 'waiting')
