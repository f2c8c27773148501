-- Sets the future arrival times of notifications to now.
UPDATE notifications
SET received_at = $1
WHERE notifications.received_at > $2
