-- Payments whose wrong amount is here, while no case asks about it and nobody has decided on it.
SELECT
    orders.number,
    payments.id,
    payments.received || ' came in where ' || payments.amount || ' was to come, and no case asks about it' AS what
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
