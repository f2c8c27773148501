-- The number of the order whose payment already has this gateway id.
SELECT orders.number
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.gateway = $1 AND payments.transaction_id = $2
ORDER BY payments.id
LIMIT 1
