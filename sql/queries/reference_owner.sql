-- The number of the order for which a gateway knows a reference already, by whatever try.
SELECT orders.number
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.gateway = $1 AND payments.reference = $2
ORDER BY payments.id
LIMIT 1
