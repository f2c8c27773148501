-- The job of a run that has not recorded its end, unless a later run of the same job has begun, which means that it is over.
SELECT runs.job
FROM runs
WHERE runs.id = $1
    AND runs.ended_at IS NULL
    AND runs.id = (SELECT max(latest.id) FROM runs AS latest WHERE latest.job = runs.job)
