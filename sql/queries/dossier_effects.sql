-- All effects of an order, earliest first.
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
    effects.version
FROM effects
WHERE effects.order_id = $1
ORDER BY effects.id
