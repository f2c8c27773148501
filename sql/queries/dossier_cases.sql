-- The open cases about an order, its payments and their gateways.
SELECT id, kind, subject, payment_id, gateway
FROM cases
WHERE order_id = $1 AND resolved_at IS NULL
UNION ALL
SELECT id, kind, subject, payment_id, gateway
FROM cases
WHERE kind = 'unproven_gateway'
  AND subject = 'gateway'
  AND resolved_at IS NULL
  AND gateway IN (SELECT payments.gateway FROM payments WHERE payments.order_id = $1)
ORDER BY id
