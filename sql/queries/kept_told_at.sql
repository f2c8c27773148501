-- When a person was last told that an order is kept for a person, or of a case about it that is open.
SELECT max(told.at) AS at
FROM (
    SELECT kept_told_at AS at FROM orders WHERE id = $1
    UNION ALL
    SELECT told_at FROM cases WHERE order_id = $1 AND resolved_at IS NULL
) AS told
