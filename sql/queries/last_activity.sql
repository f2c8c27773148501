-- When the latest run of any job began, or ended.
SELECT CASE WHEN ended_at > started_at THEN ended_at ELSE started_at END AS at
FROM runs
WHERE id = (SELECT max(latest.id) FROM runs AS latest)
