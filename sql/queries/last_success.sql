-- When the latest run of a job began that did its work: it ended with 0, with 3 (attention) or with 4 (partial).
SELECT started_at
FROM runs
WHERE job = $1 AND exit IN (0, 3, 4)
ORDER BY id DESC
LIMIT 1
