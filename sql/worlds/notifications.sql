-- Every notification.
SELECT
    id,
    gateway,
    payment_id,
    received_at,
    verdict,
    claims_money,
    answered_at,
    reference
FROM notifications
ORDER BY id
