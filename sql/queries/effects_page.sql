-- Effects with their order numbers, earliest first, optionally of one status.
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
FROM effects
LEFT JOIN orders ON orders.id = effects.order_id
WHERE ($1 IS NULL OR effects.status = $1)
    AND effects.id > $2
ORDER BY effects.id
LIMIT $3
