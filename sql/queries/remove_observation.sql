-- Deletes one observation.
DELETE FROM observations
WHERE id = $1
