-- Every effect.
SELECT
    id,
    key,
    order_id,
    occasion,
    hook,
    repeatable,
    status,
    next_try_at,
    claimed_until
FROM effects
ORDER BY id
