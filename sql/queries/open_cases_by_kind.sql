-- The open cases by kind: how many, the longest open, and how many have been open for less than each of three spans; the oldest kind first.
SELECT
    kind,
    count(*) AS open,
    min(opened_at) AS oldest_at,
    sum(CASE WHEN opened_at >= $1 THEN 1 ELSE 0 END) AS first,
    sum(CASE WHEN opened_at < $1 AND opened_at >= $2 THEN 1 ELSE 0 END) AS second,
    sum(CASE WHEN opened_at < $2 AND opened_at >= $3 THEN 1 ELSE 0 END) AS third
FROM cases
WHERE resolved_at IS NULL
GROUP BY kind
ORDER BY oldest_at, kind
