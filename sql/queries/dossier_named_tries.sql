-- The unanswered tries that notifications named for an order's payments and that belong to none of them, earliest first; with whether another payment has this id or was named with it.
-- No limit: each one keeps the order from ending.
SELECT
    named_tries.payment_id,
    named_tries.transaction_id,
    named_tries.named_at,
    named_tries.absent_at,
    named_tries.method,
    named_tries.amount,
    EXISTS (
        SELECT 1
        FROM payments AS other
        WHERE other.gateway = payments.gateway AND other.transaction_id = named_tries.transaction_id
    )
    OR EXISTS (
        SELECT 1
        FROM named_tries AS elsewhere
        JOIN payments AS other ON other.id = elsewhere.payment_id
        WHERE elsewhere.transaction_id = named_tries.transaction_id
            AND other.gateway = payments.gateway
            AND (other.reference <> payments.reference OR other.order_id <> payments.order_id)
    ) AS is_elsewhere
FROM payments
JOIN named_tries ON named_tries.payment_id = payments.id
WHERE payments.order_id = $1
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
