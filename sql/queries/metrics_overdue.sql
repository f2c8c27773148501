-- How many pending orders are past their deadline, and the oldest of these deadlines.
SELECT count(*) AS orders, min(expires_at) AS oldest
FROM orders
WHERE status = 'pending' AND expires_at < $1
