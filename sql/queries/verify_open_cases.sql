-- Cases that are open more than once.
SELECT
    max(orders.number) AS order_number,
    cases.payment_id AS payment,
    count(*) || ' cases ' || cases.kind || ' are open about this ' || cases.subject AS what
FROM cases
LEFT JOIN orders ON orders.id = cases.order_id
WHERE cases.resolved_at IS NULL
GROUP BY cases.kind, cases.subject, cases.order_id, cases.payment_id, cases.gateway
HAVING count(*) > 1
LIMIT $1
