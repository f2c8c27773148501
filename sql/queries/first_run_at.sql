-- When the first run began of which there is a record.
SELECT started_at
FROM runs
ORDER BY id
LIMIT 1
