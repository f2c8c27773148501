-- Payments of which more went back than the customer paid, without any case about it.
SELECT
    orders.number AS order_number,
    payments.id AS payment,
    payments.refunded || ' refunded and ' || payments.charged_back || ' charged back, of ' || payments.received
        || ' received, but no case asks about it' AS what
FROM payments
LEFT JOIN orders ON orders.id = payments.order_id
WHERE payments.refunded + payments.charged_back > payments.received
    -- A fee that the customer paid and the gateway does not report.
    + CASE WHEN payments.payable > payments.amount + payments.surcharge
           THEN payments.payable - payments.amount - payments.surcharge
           ELSE 0 END
  AND NOT EXISTS (
      SELECT 1
      FROM cases
      WHERE cases.payment_id = payments.id AND cases.kind = 'refunded_twice'
  )
ORDER BY payments.id
LIMIT $1
