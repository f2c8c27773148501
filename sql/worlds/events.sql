-- The audit log after a given event.
SELECT
    id,
    order_id,
    payment_id,
    at,
    actor,
    what,
    from_word,
    to_word,
    rule,
    amount
FROM events
WHERE id > $1
ORDER BY id
