-- The cases of an order, earliest first, optionally of one kind or only open ones.
SELECT
    cases.id,
    cases.kind,
    cases.order_id,
    orders.number,
    cases.payment_id,
    cases.gateway,
    cases.rule,
    cases.facts,
    cases.opened_at,
    cases.resolved_at,
    cases.resolution,
    cases.resolved_by,
    cases.reason,
    cases.code,
    cases.params,
    cases.reason_code,
    cases.reason_params
FROM orders
JOIN cases ON cases.order_id = orders.id
WHERE orders.number = $1
    AND ($2 IS NULL OR cases.kind = $2)
    AND ($3 OR cases.resolved_at IS NULL)
    AND cases.id > $4
ORDER BY cases.id
LIMIT $5
