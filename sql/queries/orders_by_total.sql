-- Orders that cost this much, newest first.
SELECT orders.id
FROM orders
WHERE orders.total = $1
ORDER BY orders.id DESC
LIMIT $2
