-- The audit log of an order after a given event, earliest first.
SELECT events.id, events.at, events.actor, events.what, events.payment_id, events.from_word, events.to_word, events.rule,
    events.amount, events.why, events.code, events.params, orders.number
FROM events
JOIN orders ON orders.id = events.order_id
WHERE events.order_id = $1 AND events.id > $2 AND +events.at >= $3
ORDER BY events.id
LIMIT $4
