-- Marks a notification that seems to be about an order as reported in a case.
UPDATE notifications
SET asked_about_at = $1
WHERE digest = $2
