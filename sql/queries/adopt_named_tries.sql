-- Moves the tries that verified notifications named for a reference to its new payment, earliest first.
INSERT INTO named_tries (payment_id, transaction_id, named_at, method, amount)
SELECT
    $1,
    notifications.transaction_id,
    max(notifications.received_at),
    max(notifications.tie_method),
    max(notifications.tie_amount)
FROM notifications
WHERE notifications.gateway = $2
    AND notifications.reference = $3
    AND notifications.payment_id IS NULL
    AND notifications.transaction_id IS NOT NULL
GROUP BY notifications.transaction_id
ORDER BY min(notifications.id)
LIMIT $4
