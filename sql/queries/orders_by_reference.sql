-- Orders with payments at a gateway whose reference lies between two texts.
SELECT payments.order_id, payments.reference
FROM payments
WHERE payments.gateway = $1
    AND payments.reference >= $2
    AND payments.reference < $3
ORDER BY payments.reference DESC
LIMIT $4
