-- The event of an order with which its latest ones begin, so many after it, of those from a time on.
SELECT events.id
FROM events
WHERE events.order_id = $1 AND +events.at >= $2
ORDER BY events.id DESC
LIMIT 1 OFFSET $3
