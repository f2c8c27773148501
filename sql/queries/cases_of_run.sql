-- Notes which run has opened the latest cases, so that nobody else tells of them while it goes on.
UPDATE cases
SET run_id = $1
WHERE id > $2
