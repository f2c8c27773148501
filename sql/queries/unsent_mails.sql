-- Unsent mails about a customer's orders.
SELECT effects.id
FROM orders
JOIN effects ON effects.order_id = orders.id
WHERE orders.customer_id = $1 AND effects.kind = 'mail' AND effects.status IN ('queued', 'waiting', 'running')
ORDER BY effects.id
LIMIT 1000
