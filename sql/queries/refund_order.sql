-- The order of a refund.
SELECT order_id
FROM refunds
WHERE id = $1
