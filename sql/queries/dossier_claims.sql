-- What notifications say is paid of an order, and no answer has settled since, the earliest first. No limit: each keeps the order.
SELECT notifications.payment_id, notifications.transaction_id, notifications.verdict, notifications.received_at
FROM notifications
JOIN payments ON payments.id = notifications.payment_id
WHERE payments.order_id = $1 AND notifications.claims_money = 1 AND notifications.answered_at IS NULL
ORDER BY notifications.id
