-- Old records of runs that did something, except the last of each job.
SELECT runs.id
FROM runs
WHERE runs.id > $1
    AND runs.id <= $2
    AND runs.started_at < $3
    AND runs.idle = 0
    AND EXISTS (SELECT 1 FROM runs AS later WHERE later.job = runs.job AND later.id > runs.id)
ORDER BY runs.id
LIMIT $4
