-- When the latest runs of a job began, the last first.
SELECT started_at
FROM runs
WHERE job = $1
ORDER BY id DESC
LIMIT $2
