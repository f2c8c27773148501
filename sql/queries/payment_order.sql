-- The order of a payment.
SELECT order_id
FROM payments
WHERE id = $1
