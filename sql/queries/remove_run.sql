-- Deletes one run record.
DELETE FROM runs
WHERE id = $1
