-- The runs of a job before a given one, newest first.
SELECT id, job, started_at, ended_at, exit, counts, host, pid, program
FROM runs
WHERE job = $1 AND id < $2
ORDER BY id DESC
LIMIT $3
