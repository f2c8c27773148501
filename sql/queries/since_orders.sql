-- Orders that were placed since an instant.
SELECT orders.number, orders.status, orders.created_at
FROM orders
WHERE orders.created_at >= $1
ORDER BY orders.id
LIMIT $2
