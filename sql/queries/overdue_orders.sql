-- The overdue orders that are undecided: how many, how much, the longest overdue, how many are kept for a person, and how many have been overdue for less than each of three spans.
SELECT
    count(*) AS orders,
    CAST(COALESCE(sum(total), 0) AS BIGINT) AS total,
    min(expires_at) AS oldest_at,
    COALESCE(sum(CASE WHEN kept_told_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS kept,
    COALESCE(sum(CASE WHEN expires_at >= $1 THEN 1 ELSE 0 END), 0) AS first,
    COALESCE(sum(CASE WHEN expires_at < $1 AND expires_at >= $2 THEN 1 ELSE 0 END), 0) AS second,
    COALESCE(sum(CASE WHEN expires_at < $2 AND expires_at >= $3 THEN 1 ELSE 0 END), 0) AS third
FROM orders
WHERE status = 'pending' AND expires_at < $4
