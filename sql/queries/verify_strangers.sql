-- Signed notifications, at least two hours old, about money under unknown references, without a case about them.
SELECT
    NULL AS order_number,
    NULL AS payment,
    'a signed notification from ' || notifications.gateway || ' reports money under ' || notifications.reference
        || ', but nobody was asked about it' AS what
FROM notifications
WHERE notifications.verdict = 'unknown_order'
    AND notifications.claims_money = 1
    AND notifications.payment_id IS NULL
    AND notifications.asked_about_at IS NULL
    AND notifications.received_at < CAST($1 AS BIGINT) - 7200000
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
