-- The status of a refund of an order.
SELECT refunds.status
FROM refunds
JOIN orders ON orders.id = refunds.order_id
WHERE refunds.id = $1 AND orders.number = $2
