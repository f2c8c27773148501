-- Payments with money that their gateway does not know, about which no case asks and nobody has decided.
SELECT
    orders.number AS order_number,
    payments.id AS payment,
    payments.received || ' received, and ' || payments.gateway || ' does not know it, but no case asks about it' AS what
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.status IN ('paid', 'mismatch')
    AND payments.last_meaning LIKE 'not_started|%'
    AND payments.last_meaning NOT LIKE '%|unproven'
    AND NOT EXISTS (
        SELECT 1
        FROM cases
        WHERE cases.payment_id = payments.id
            AND cases.kind = 'gateway_contradiction'
            AND (cases.resolved_at IS NULL OR cases.resolution <> 'settled')
    )
LIMIT $1
