-- Marks the latest refunds as opened by a run, so that only this run reports them while it is running.
UPDATE refunds
SET run_id = $1
WHERE id > $2
