-- The earliest event that is not older than a time.
SELECT min(+events.id) AS id
FROM events
WHERE events.at >= $1
