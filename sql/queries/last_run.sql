-- The latest run of a job.
SELECT id, job, started_at, ended_at, exit, counts, host, pid, program
FROM runs
WHERE id = (SELECT max(latest.id) FROM runs AS latest WHERE latest.job = $1)
