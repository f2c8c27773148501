-- Records that a run begins.
INSERT INTO runs (job, started_at, host, pid, program)
VALUES ($1, $2, $3, $4, $5)
RETURNING id
