-- References unknown here under which a gateway reported money, with the amount of the first notification.
SELECT first.reference, first.stated_amount
FROM notifications AS first
WHERE first.id IN (
    SELECT min(notifications.id)
    FROM notifications
    WHERE notifications.gateway = $1
        AND notifications.verdict = 'unknown_order'
        AND notifications.claims_money = 1
        AND notifications.payment_id IS NULL
        AND notifications.asked_about_at IS NULL
        AND notifications.received_at < $2
        AND notifications.reference IS NOT NULL
        AND NOT EXISTS (
            SELECT 1
            FROM payments
            WHERE payments.gateway = notifications.gateway AND payments.reference = notifications.reference
        )
    GROUP BY notifications.reference
)
ORDER BY first.id
LIMIT $3
