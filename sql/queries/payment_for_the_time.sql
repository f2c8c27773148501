-- The payment of a gateway by which its time can be asked: the newest.
SELECT payments.order_id, payments.id
FROM payments
WHERE payments.gateway = $1 AND COALESCE(payments.last_meaning, '') <> 'foreign'
ORDER BY payments.id DESC
LIMIT 1
