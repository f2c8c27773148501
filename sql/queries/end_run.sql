-- Writes down how a run ended.
UPDATE runs
SET ended_at = $1, exit = $2, counts = $3
WHERE id = $4
