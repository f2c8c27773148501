-- Orders with payments at a gateway whose transaction id lies between two texts.
SELECT payments.order_id, payments.transaction_id
FROM payments
WHERE payments.gateway = $1
    AND payments.transaction_id >= $2
    AND payments.transaction_id < $3
ORDER BY payments.transaction_id DESC
LIMIT $4
