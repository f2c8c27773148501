-- How many orders there are of each status, and for how much.
SELECT status, count(*) AS orders, CAST(sum(total) AS BIGINT) AS total
FROM orders
WHERE status <> ''
GROUP BY status
ORDER BY status
LIMIT 100
