-- The latest run of a job, if it has not ended.
SELECT started_at, host, pid, program
FROM runs
WHERE id = (SELECT max(latest.id) FROM runs AS latest WHERE latest.job = $1) AND ended_at IS NULL
