-- When the oldest recorded run began, of any job.
SELECT started_at
FROM runs
ORDER BY id
LIMIT 1
