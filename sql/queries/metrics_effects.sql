-- How many effects of each status are not over.
SELECT status, count(*) AS effects
FROM effects
WHERE status NOT IN ('done', 'cancelled')
GROUP BY status
ORDER BY status
LIMIT 100
