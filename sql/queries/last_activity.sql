-- When the latest run of any job began, or ended.
SELECT max(started_at, COALESCE(ended_at, started_at)) AS at
FROM runs
WHERE id = (SELECT max(latest.id) FROM runs AS latest)
