-- Old notifications, except unsettled claims of payment.
SELECT notifications.id
FROM notifications
WHERE notifications.id > $1
    AND notifications.id <= $2
    AND notifications.received_at < $3
    AND (notifications.claims_money = 0 OR notifications.answered_at IS NOT NULL)
ORDER BY notifications.id
LIMIT $4
