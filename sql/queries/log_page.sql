-- The audit log of all orders after a given event, earliest first; read by its number, not by its time.
SELECT events.id, events.at, events.actor, events.what, events.payment_id, events.from_word, events.to_word, events.rule,
    events.amount, events.why, events.code, events.params, orders.number
FROM events
LEFT JOIN orders ON orders.id = events.order_id
WHERE events.id > $1 AND +events.at >= $2
ORDER BY events.id
LIMIT $3
