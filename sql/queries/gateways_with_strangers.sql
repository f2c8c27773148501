-- Gateways that reported money under references unknown here, with the number of references; without those that a case is open about.
SELECT notifications.gateway, count(DISTINCT notifications.reference) AS strangers
FROM notifications
WHERE notifications.verdict = 'unknown_order'
    AND notifications.claims_money = 1
    AND notifications.payment_id IS NULL
    AND notifications.asked_about_at IS NULL
    AND notifications.received_at < $1
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
GROUP BY notifications.gateway
ORDER BY notifications.gateway
