-- The payments of a gateway at which a notification has named a try with this transaction id, in the order in which they were opened.
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
    payments.created_at
FROM payments
JOIN named_tries ON named_tries.payment_id = payments.id
WHERE payments.gateway = $1 AND named_tries.transaction_id = $2
ORDER BY payments.id
LIMIT $3
