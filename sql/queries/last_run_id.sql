-- The latest run of all jobs.
SELECT CAST(COALESCE(max(id), 0) AS BIGINT) AS id
FROM runs
