-- Payments that count for a dead order, without a declined refund or a case about it.
SELECT
    orders.number AS order_number,
    payments.id AS payment,
    'the order is ' || orders.status || ', but ' || payments.received || ' was received that nobody refunds' AS what
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.status = 'paid'
  AND orders.status IN ('expired', 'cancelled', 'refunded')
  AND payments.received > payments.charged_back + (
      SELECT CAST(COALESCE(sum(refunds.amount), 0) AS BIGINT)
      FROM refunds
      WHERE refunds.payment_id = payments.id AND refunds.status NOT IN ('failed', 'rejected')
  )
  AND NOT EXISTS (
      SELECT 1
      FROM refunds
      WHERE refunds.payment_id = payments.id AND refunds.status IN ('failed', 'rejected')
  )
  AND NOT EXISTS (
      SELECT 1
      FROM cases
      WHERE cases.payment_id = payments.id AND cases.kind = 'late_payment' AND cases.resolved_at IS NULL
  )
ORDER BY payments.id
LIMIT $1
