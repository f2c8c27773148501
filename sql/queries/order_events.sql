-- The audit log of an order after a given event, newest first.
SELECT id, at, actor, what, payment_id, from_word, to_word, rule, amount, why, code, params
FROM events
WHERE order_id = $1 AND id < $2
ORDER BY id DESC
LIMIT $3
