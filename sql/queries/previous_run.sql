-- When the second-latest run of a job began.
SELECT runs.started_at
FROM runs
WHERE runs.job = $1 AND runs.id < (SELECT max(latest.id) FROM runs AS latest WHERE latest.job = $1)
ORDER BY runs.id DESC
LIMIT 1
