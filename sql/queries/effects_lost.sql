-- Effects that were left running: on this host, whose lock we hold, or anywhere after their time.
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
WHERE effects.status = 'running'
    AND (effects.claimed_host = $1 OR effects.claimed_until < $2)
ORDER BY effects.id
LIMIT 1000
