-- Claimed effects, with the worker's host and the end of the claim.
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
    effects.claimed_host,
    effects.claimed_until
FROM effects
WHERE effects.status = 'running'
ORDER BY effects.id
LIMIT 1000
