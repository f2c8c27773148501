-- Tries that verified notifications named and that were never queried although their payment was.
SELECT
    orders.number AS order_number,
    payments.id AS payment,
    'a notification named another try (' || named_tries.transaction_id || '), which was never queried' AS what
FROM named_tries
JOIN payments ON payments.id = named_tries.payment_id
JOIN orders ON orders.id = payments.order_id
WHERE named_tries.settled_at IS NULL
    AND named_tries.tried_at IS NULL
    AND COALESCE(payments.last_meaning, '') <> 'foreign'
    AND (
        payments.last_answered_at > named_tries.named_at
        OR payments.next_check_at IS NULL
        OR (orders.status = 'expired' AND orders.moved_at > named_tries.named_at)
    )
    AND NOT EXISTS (
        SELECT 1
        FROM payments AS known
        WHERE known.order_id = payments.order_id
            AND known.gateway = payments.gateway
            AND known.transaction_id = named_tries.transaction_id
    )
ORDER BY named_tries.id
LIMIT $1
