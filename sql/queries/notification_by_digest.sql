-- When a notification came first, and how often it has come.
SELECT notifications.received_at, notifications.times
FROM notifications
WHERE notifications.digest = $1
