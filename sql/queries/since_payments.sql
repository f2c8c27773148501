-- Payments that were begun since an instant.
SELECT payments.id, payments.gateway, payments.reference, payments.method, payments.status, payments.created_at, orders.number
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.created_at >= $1
ORDER BY payments.id
LIMIT $2
