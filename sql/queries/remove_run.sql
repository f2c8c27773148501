-- Removes the record of one run.
DELETE FROM runs
WHERE id = $1
