-- The number of tries that notifications named for an order's payments and that belong to none of them, apart from the given one.
SELECT count(*) AS tries
FROM payments
JOIN named_tries ON named_tries.payment_id = payments.id
WHERE payments.order_id = $1
    AND NOT (named_tries.payment_id = $2 AND named_tries.transaction_id = $3)
    AND NOT EXISTS (
        SELECT 1
        FROM payments AS known
        WHERE known.order_id = payments.order_id
            AND known.gateway = payments.gateway
            AND known.transaction_id = named_tries.transaction_id
    )
