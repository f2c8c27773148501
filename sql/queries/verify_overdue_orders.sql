-- Overdue orders that `expire` cannot end, without a further query or an open case.
SELECT
    orders.number AS order_number,
    payments.id AS payment,
    'the order is overdue, its payment is ' || payments.status || ', and no further query is scheduled' AS what
FROM orders
JOIN payments ON payments.order_id = orders.id
WHERE orders.status = 'pending'
    AND orders.expires_at < $1
    AND (
        payments.status = 'challenged'
        OR COALESCE(payments.last_meaning, '') LIKE 'unrecognised%'
        OR (
            payments.status IN ('paid', 'mismatch')
            AND payments.received > payments.charged_back + (
                SELECT COALESCE(sum(refunds.amount), 0)
                FROM refunds
                WHERE refunds.payment_id = payments.id AND refunds.status NOT IN ('failed', 'rejected')
            )
        )
    )
    AND NOT EXISTS (
        SELECT 1
        FROM payments AS asked
        WHERE asked.order_id = orders.id AND asked.next_check_at > asked.last_asked_at
    )
    AND NOT EXISTS (
        SELECT 1 FROM cases WHERE cases.order_id = orders.id AND cases.resolved_at IS NULL
    )
LIMIT $2
