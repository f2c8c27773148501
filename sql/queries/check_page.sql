-- The next payments of a gateway to be asked about, least recently asked first, without those asked since the run began.
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
    orders.number,
    orders.status
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.gateway = $1
  AND payments.next_check_at IS NOT NULL
  AND (payments.last_asked_at, payments.id) > ($2, $3)
  AND (payments.last_asked_at, payments.id) <= ($4, $5)
  AND (payments.last_asked_at < $6 OR payments.last_asked_at > $7)
ORDER BY payments.last_asked_at, payments.id
LIMIT $8
