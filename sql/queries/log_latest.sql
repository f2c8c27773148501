-- The event with which the latest ones begin, so many after it, of those from a number and a time on.
SELECT events.id
FROM events
WHERE events.id >= $1 AND +events.at >= $2
ORDER BY events.id DESC
LIMIT 1 OFFSET $3
