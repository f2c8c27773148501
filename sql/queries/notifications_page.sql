-- The notifications before a given one, newest first.
SELECT notification_rows.*
FROM notification_rows
WHERE notification_rows.id < $1
ORDER BY notification_rows.id DESC
LIMIT $2
