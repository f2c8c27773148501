-- The notifications about an order's payments, newest first.
SELECT
    notifications.payment_id,
    notifications.gateway,
    notifications.received_at,
    notifications.verdict,
    notifications.claims_money,
    notifications.times
FROM notifications
JOIN payments ON payments.id = notifications.payment_id
WHERE payments.order_id = $1
ORDER BY notifications.received_at DESC, notifications.id DESC
LIMIT $2
