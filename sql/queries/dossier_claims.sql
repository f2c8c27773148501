-- The payments of an order of which a notification says that money is in, and whose gateway has not answered since. No limit: each keeps the order.
SELECT DISTINCT notifications.payment_id
FROM notifications
JOIN payments ON payments.id = notifications.payment_id
WHERE payments.order_id = $1 AND notifications.claims_money = 1 AND notifications.answered_at IS NULL
ORDER BY notifications.payment_id
