-- The refunds that wait, by status: how many, how much, the longest due, and how many have been due for less than each of three spans.
SELECT
    status,
    count(*) AS refunds,
    CAST(sum(amount) AS BIGINT) AS amount,
    min(created_at) AS oldest_at,
    sum(CASE WHEN created_at >= $1 THEN 1 ELSE 0 END) AS first,
    sum(CASE WHEN created_at < $1 AND created_at >= $2 THEN 1 ELSE 0 END) AS second,
    sum(CASE WHEN created_at < $2 AND created_at >= $3 THEN 1 ELSE 0 END) AS third
FROM refunds
WHERE status IN ('due', 'approved', 'sent', 'unknown', 'failed') AND status <> 'failed'
GROUP BY status
ORDER BY status
