-- Signed word of money under references that nothing here has, two hours old and longer, about which no person is asked.
SELECT
    NULL AS order_number,
    NULL AS payment,
    notifications.gateway || ' says, signed, that money came in under ' || notifications.reference
        || ', and nobody was asked about it' AS what
FROM notifications
WHERE notifications.verdict = 'unknown_order'
    AND notifications.claims_money = 1
    AND notifications.payment_id IS NULL
    AND notifications.asked_about_at IS NULL
    AND notifications.received_at < $1 - 7200000
    AND notifications.reference IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM payments
        WHERE payments.gateway = notifications.gateway AND payments.reference = notifications.reference
    )
    AND NOT EXISTS (
        SELECT 1
        FROM cases
        WHERE cases.gateway = notifications.gateway AND cases.kind = 'unknown_order' AND cases.resolved_at IS NULL
    )
ORDER BY notifications.id
LIMIT $2
