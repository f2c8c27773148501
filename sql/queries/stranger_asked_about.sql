-- Notes that a person is asked about an order that a message seems to be about.
UPDATE notifications
SET asked_about_at = $1
WHERE digest = $2
