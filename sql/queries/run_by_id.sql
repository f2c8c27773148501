-- One run.
SELECT id, job, started_at, ended_at, exit, counts, host, pid, program
FROM runs
WHERE id = $1
