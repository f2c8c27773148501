-- Notifications that a clock that was ahead has dated later than now came now at the latest.
UPDATE notifications
SET received_at = $1
WHERE notifications.received_at > $2
