-- Payments with a wrong amount that no case asks about and nobody has decided on.
SELECT
    orders.number AS order_number,
    payments.id AS payment,
    payments.received || ' received instead of ' || payments.amount || ', but no case asks about it' AS what
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.status = 'mismatch'
    AND payments.received > payments.charged_back + (
        SELECT COALESCE(sum(refunds.amount), 0)
        FROM refunds
        WHERE refunds.payment_id = payments.id AND refunds.status NOT IN ('failed', 'rejected')
    )
    AND NOT EXISTS (
        SELECT 1
        FROM cases
        WHERE cases.payment_id = payments.id
            AND cases.kind = 'amount_mismatch'
            AND (cases.resolved_at IS NULL OR cases.resolution <> 'settled')
    )
LIMIT $1
