-- The unanswered tries that notifications named for a payment, earliest first.
SELECT named_tries.transaction_id
FROM named_tries
JOIN payments ON payments.id = named_tries.payment_id
WHERE named_tries.payment_id = $1
    AND named_tries.settled_at IS NULL
    AND COALESCE(payments.last_meaning, '') <> 'foreign'
    AND NOT EXISTS (
        SELECT 1
        FROM payments AS known
        WHERE known.order_id = payments.order_id
            AND known.gateway = payments.gateway
            AND known.transaction_id = named_tries.transaction_id
    )
ORDER BY named_tries.id
LIMIT $2
