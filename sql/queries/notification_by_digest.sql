-- When a notification first arrived, how often it has arrived, and whether it is an unsettled claim of payment.
SELECT notifications.received_at, notifications.times, notifications.claims_money = 1 AND notifications.answered_at IS NULL AS is_open_claim
FROM notifications
WHERE notifications.digest = $1
