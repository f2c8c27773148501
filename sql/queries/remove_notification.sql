-- Deletes one notification.
DELETE FROM notifications
WHERE id = $1
