-- The next payments of a gateway to query, least recently queried first, without those that were due or were queried since the run began.
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
    SELECT same.last_asked_at AS at, same.id
    FROM payments AS same
    WHERE same.gateway = $1 AND same.next_check_at IS NOT NULL
      AND same.last_asked_at = $2 AND same.id > $3 AND (same.last_asked_at, same.id) <= ($4, $5)
      AND same.next_check_at > $6
    UNION ALL
    SELECT later.last_asked_at, later.id
    FROM payments AS later
    WHERE later.gateway = $1 AND later.next_check_at IS NOT NULL
      AND later.last_asked_at > $2 AND later.last_asked_at < $6 AND (later.last_asked_at, later.id) <= ($4, $5)
      AND later.next_check_at > $6
    UNION ALL
    SELECT ahead.last_asked_at, ahead.id
    FROM payments AS ahead
    WHERE ahead.gateway = $1 AND ahead.next_check_at IS NOT NULL
      AND ahead.last_asked_at > $7 AND (ahead.last_asked_at, ahead.id) <= ($4, $5)
      AND ahead.next_check_at > $6
    ORDER BY 1, 2
    LIMIT $8
) AS places
JOIN payments ON payments.id = places.id
JOIN orders ON orders.id = payments.order_id
ORDER BY places.at, places.id
