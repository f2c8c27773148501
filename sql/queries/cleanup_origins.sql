-- Old notifications of which it is still known where they came from.
SELECT notifications.id
FROM notifications
WHERE notifications.id > $1
    AND notifications.id <= $2
    AND notifications.received_at < $3
    AND notifications.headers IS NOT NULL
ORDER BY notifications.id
LIMIT $4
