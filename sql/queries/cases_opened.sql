-- Cases that were opened between two moments, by kind: how many, and how many of them are open.
SELECT kind, count(*) AS opened, sum(CASE WHEN resolved_at IS NULL THEN 1 ELSE 0 END) AS open
FROM cases
WHERE id >= $1
    AND id <= $2
    AND opened_at >= $3
    AND opened_at < $4
GROUP BY kind
ORDER BY opened DESC, kind
