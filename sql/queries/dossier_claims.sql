-- The unsettled claims of payment from notifications about an order, earliest first.
-- No limit: each one keeps the order from ending.
SELECT notifications.payment_id, notifications.transaction_id, notifications.verdict, notifications.received_at
FROM notifications
JOIN payments ON payments.id = notifications.payment_id
WHERE payments.order_id = $1 AND notifications.claims_money = 1 AND notifications.answered_at IS NULL
ORDER BY notifications.id
