-- Marks the latest cases as opened by a run, so that only this run reports them while it is running.
UPDATE cases
SET run_id = $1
WHERE id > $2
