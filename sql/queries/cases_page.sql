-- Cases, the longest open first; whatever is null does not narrow the list.
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
    cases.reason
FROM cases
LEFT JOIN orders ON orders.id = cases.order_id
WHERE ($1 IS NULL OR cases.kind = $1)
    AND ($2 IS NULL OR orders.number = $2)
    AND ($3 OR cases.resolved_at IS NULL)
    AND cases.id > $4
ORDER BY cases.id
LIMIT $5
