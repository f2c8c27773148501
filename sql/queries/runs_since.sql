-- The runs after a given one, earliest first.
SELECT id, job, started_at, ended_at, exit, counts, host, pid, program
FROM runs
WHERE id > $1
ORDER BY id
LIMIT $2
