-- Payments whose gateway has last reported less money returned than before, and that are not queried again.
SELECT
    orders.number AS order_number,
    payments.id AS payment,
    'the gateway had reported ' || payments.shown_refunded || ' refunded and ' || payments.charged_back
        || ' charged back, but its last answer was ' || payments.last_meaning AS what
FROM payments
LEFT JOIN orders ON orders.id = payments.order_id
WHERE (payments.shown_refunded > 0 OR payments.charged_back > 0)
  AND payments.status IN ('paid', 'mismatch')
  AND payments.less_back_since IS NULL
  AND (
      payments.last_meaning LIKE 'paid ' || payments.received || '|%'
      OR (payments.last_meaning LIKE 'refunded % of ' || payments.received || '|%'
          AND payments.shown_refunded > 0
          AND payments.last_meaning NOT LIKE 'refunded ' || payments.shown_refunded || ' of %')
      OR (payments.last_meaning LIKE 'charged_back % of ' || payments.received || '|%'
          AND payments.charged_back > 0
          AND payments.last_meaning NOT LIKE 'charged_back ' || payments.charged_back || ' of %')
  )
  -- An answer to a query from before the refund says nothing about it.
  AND payments.last_answered_at > COALESCE((
      SELECT max(refunds.moved_at)
      FROM refunds
      WHERE refunds.payment_id = payments.id
        AND refunds.status IN ('done', 'external')
        AND refunds.transfer_id IS NULL
  ), 0)
ORDER BY payments.id
LIMIT $1
