-- The due effects after a given one, longest due first.
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
WHERE effects.status IN ('queued', 'waiting')
    AND effects.next_try_at <= $1
    AND effects.next_try_at >= $2
    AND (effects.next_try_at > $2 OR effects.id > $3)
ORDER BY effects.next_try_at, effects.id
LIMIT $4
