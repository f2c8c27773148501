-- Effects whose status contradicts their own fields or the status of their order.
SELECT
    turns.number AS order_number,
    NULL AS payment,
    turns.kind || ' ' || turns.hook || ' (' || turns.occasion || ') is ' || turns.status || ', but ' || turns.wrong AS what
FROM (
    SELECT
        orders.number,
        effects.kind,
        effects.hook,
        effects.occasion,
        effects.status,
        CASE
            WHEN effects.status = 'running' AND (
                effects.claimed_at IS NULL OR effects.claimed_until IS NULL
                OR effects.claimed_host IS NULL OR effects.claimed_pid IS NULL
            )
                THEN 'nobody has claimed it'
            WHEN effects.status <> 'running' AND (effects.claimed_at IS NOT NULL OR effects.claimed_until IS NOT NULL)
                THEN 'somebody has claimed it'
            WHEN effects.status IN ('queued', 'waiting') AND effects.next_try_at IS NULL
                THEN 'its next try is not scheduled'
            WHEN effects.status NOT IN ('queued', 'waiting') AND effects.next_try_at IS NOT NULL
                THEN 'its next try is scheduled'
            WHEN effects.status IN ('waiting', 'dead', 'uncertain') AND effects.tries = 0
                THEN 'it was never tried'
            WHEN effects.occasion = 'refund_due' AND effects.refund_id IS NULL
                THEN 'it refers to no refund'
            WHEN effects.occasion = 'case_opened' AND effects.case_id IS NULL
                THEN 'it refers to no case'
            WHEN effects.occasion = 'paid' AND (
                orders.status IN ('pending', 'expired')
                -- What was done once may be delivered again.
                OR (
                    orders.status = 'fulfilled' AND effects.status NOT IN ('done', 'cancelled') AND effects.repetition = 0
                )
                -- An effect that was running when the order ended is settled when its attempt ends.
                OR (orders.status IN ('cancelled', 'refunded') AND effects.status NOT IN ('done', 'cancelled', 'running'))
            )
                THEN 'its order is ' || orders.status
        END AS wrong
    FROM effects
    LEFT JOIN orders ON orders.id = effects.order_id
) AS turns
WHERE turns.wrong IS NOT NULL
LIMIT $1
