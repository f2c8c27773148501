-- One notification, with what is kept of its text.
SELECT notification_rows.*, notifications.body, notifications.digest
FROM notification_rows
JOIN notifications ON notifications.id = notification_rows.id
WHERE notification_rows.id = $1
