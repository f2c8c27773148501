-- Every case, open and closed.
SELECT
    id,
    kind,
    order_id,
    payment_id,
    gateway,
    rule,
    opened_at,
    resolved_at,
    resolution,
    told_at
FROM cases
ORDER BY id
