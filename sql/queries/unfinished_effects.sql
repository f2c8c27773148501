-- The effects that are not done, by status: how many, and the oldest.
SELECT status, count(*) AS effects, min(created_at) AS oldest_at
FROM effects
WHERE status NOT IN ('done', 'cancelled')
GROUP BY status
ORDER BY status
