-- What can still be paid although its order is not waiting for money any more, and was not tried lately.
SELECT
    payments.id,
    payments.order_id,
    payments.gateway,
    payments.reference,
    payments.transaction_id,
    payments.origin,
    payments.status,
    payments.amount,
    payments.payable,
    payments.method,
    payments.on_page,
    payments.token,
    payments.expires_at,
    payments.raw_status,
    payments.seen,
    payments.received,
    payments.surcharge,
    payments.received_at,
    payments.reversible,
    payments.refunded,
    payments.charged_back,
    payments.denied_since,
    payments.last_meaning,
    payments.moved_at,
    payments.check_phase,
    payments.check_step,
    payments.next_check_at,
    payments.last_asked_at,
    payments.last_answered_at,
    payments.checks,
    payments.version,
    payments.close_tried_at,
    payments.close_tries,
    payments.close_answer,
    payments.created_at,
    payments.imposed_fee,
    orders.number,
    orders.status,
    (
        SELECT notifications.transaction_id
        FROM notifications
        WHERE notifications.payment_id = payments.id
            AND notifications.claims_money = 1
            AND notifications.answered_at IS NULL
            AND notifications.transaction_id IS DISTINCT FROM payments.transaction_id
            AND notifications.transaction_id IS NOT NULL
        ORDER BY notifications.id
        LIMIT 1
    )
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.must_close = 1 AND (payments.close_tried_at IS NULL OR payments.close_tried_at <= $1)
ORDER BY payments.close_tried_at, payments.id
LIMIT $2
