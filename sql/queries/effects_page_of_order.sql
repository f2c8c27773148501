-- The effects of an order with its number, earliest first, optionally of one status or only unfinished ones.
SELECT
    effects.id,
    effects.key,
    effects.order_id,
    effects.refund_id,
    effects.case_id,
    effects.occasion,
    effects.hook,
    effects.nth,
    effects.kind,
    effects.repeatable,
    effects.status,
    effects.tries,
    effects.next_try_at,
    effects.claimed_at,
    effects.last_error,
    effects.version,
    orders.number
FROM orders
JOIN effects ON effects.order_id = orders.id
WHERE orders.number = $1
    AND ($2 IS NULL OR effects.status = $2)
    AND ($3 OR effects.status NOT IN ('done', 'cancelled'))
    AND effects.id > $4
ORDER BY effects.id
LIMIT $5
