-- The number of the order that already uses a reference at a gateway, for any of its tries.
SELECT orders.number
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.gateway = $1 AND payments.reference = $2
ORDER BY payments.id
LIMIT 1
