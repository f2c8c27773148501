-- When a notification came first, how often it has come, and whether it is a claim of money that nothing has settled.
SELECT notifications.received_at, notifications.times, notifications.claims_money = 1 AND notifications.answered_at IS NULL
FROM notifications
WHERE notifications.digest = $1
