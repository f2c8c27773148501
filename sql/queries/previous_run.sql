-- When the run of a job before its latest began.
SELECT runs.started_at
FROM runs
WHERE runs.job = $1 AND runs.id < (SELECT max(latest.id) FROM runs AS latest WHERE latest.job = $1)
ORDER BY runs.id DESC
LIMIT 1
