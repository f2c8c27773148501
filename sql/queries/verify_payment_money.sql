-- Payments with money that were never paid.
SELECT
    orders.number AS order_number,
    payments.id AS payment,
    'the payment is ' || payments.status || ', with ' || payments.received || ' received, ' || payments.refunded
        || ' refunded and ' || payments.charged_back || ' charged back' AS what
FROM payments
LEFT JOIN orders ON orders.id = payments.order_id
WHERE payments.status NOT IN ('paid', 'mismatch', 'reversed')
  AND (payments.received <> 0 OR payments.refunded <> 0 OR payments.charged_back <> 0)
ORDER BY payments.id
LIMIT $1
