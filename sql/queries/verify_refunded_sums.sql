-- Payments whose refunded amount differs from the sum of their refunds.
SELECT
    orders.number AS order_number,
    summed.id AS payment,
    summed.refunded || ' went back, but its refunds say ' || summed.told AS what
FROM (
    SELECT
        payments.id,
        payments.order_id,
        payments.refunded,
        (SELECT CAST(COALESCE(sum(refunds.amount), 0) AS BIGINT)
           FROM refunds
          WHERE refunds.payment_id = payments.id AND refunds.status IN ('done', 'external')) AS told
    FROM payments
) AS summed
LEFT JOIN orders ON orders.id = summed.order_id
WHERE summed.refunded <> summed.told
ORDER BY summed.id
LIMIT $1
