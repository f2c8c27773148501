-- How many cases of each kind are open.
SELECT kind, count(*) AS cases
FROM cases
WHERE resolved_at IS NULL
GROUP BY kind
ORDER BY kind
LIMIT 100
