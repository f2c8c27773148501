-- The newest payments that a gateway itself has confirmed; those first that it still knew and answered about last time.
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
    payments.shown_refunded,
    payments.less_back_since,
    payments.less_refunded,
    payments.less_charged_back,
    payments.excess_told,
    payments.api_version,
    orders.number AS order_number,
    orders.status AS order_status,
    payments.reference_due,
    EXISTS (SELECT 1 FROM named_tries WHERE named_tries.payment_id = payments.id AND named_tries.settled_at IS NULL) AS has_named
FROM (
    SELECT id
    FROM payments
    WHERE gateway = $1 AND seen = 1
    ORDER BY id DESC
    LIMIT $2
) AS newest
JOIN payments ON payments.id = newest.id
JOIN orders ON orders.id = payments.order_id
ORDER BY
    COALESCE(substr(payments.last_meaning, 1, 11), '') = 'not_started',
    payments.check_phase = 'silent',
    payments.id DESC
