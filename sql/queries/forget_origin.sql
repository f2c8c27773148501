-- Removes where a notification came from; the notification stays.
UPDATE notifications
SET remote_address = NULL, headers = NULL
WHERE id = $1
