-- Old records of runs that found nothing to do, except the last run of a job and the last that did its work.
SELECT runs.id
FROM runs
WHERE runs.id > $1
    AND runs.id <= $2
    AND runs.started_at < $3
    AND runs.idle = 1
    AND EXISTS (SELECT 1 FROM runs AS later WHERE later.job = runs.job AND later.id > runs.id AND later.exit IN (0, 3, 4))
ORDER BY runs.id
LIMIT $4
