-- The newest payment of a gateway, used to query its time.
SELECT payments.order_id, payments.id
FROM payments
WHERE payments.gateway = $1 AND COALESCE(payments.last_meaning, '') <> 'foreign'
ORDER BY payments.id DESC
LIMIT 1
