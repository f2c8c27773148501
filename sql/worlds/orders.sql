-- Every order.
SELECT
    id,
    number,
    status,
    total,
    waived,
    loss,
    created_at,
    expires_at,
    moved_at,
    last_tried_at,
    kept_told_at
FROM orders
ORDER BY id
