-- The runs before a given one, newest first.
SELECT id, job, started_at, ended_at, exit, counts, host, pid, program
FROM runs
WHERE id < $1
ORDER BY id DESC
LIMIT $2
