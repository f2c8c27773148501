-- Open cases, the longest open first, optionally of one kind.
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
FROM cases
LEFT JOIN orders ON orders.id = cases.order_id
WHERE cases.resolved_at IS NULL
    AND ($1 IS NULL OR cases.kind = $1)
    AND cases.id > $2
ORDER BY cases.id
LIMIT $3
