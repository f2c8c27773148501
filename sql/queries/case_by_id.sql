-- One case, open or closed, with its order.
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
WHERE cases.id = $1
