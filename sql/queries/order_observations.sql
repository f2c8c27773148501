-- The answers of gateways about an order's payments, newest first.
SELECT
    observations.payment_id,
    payments.gateway,
    observations.asked_at,
    observations.raw_status,
    observations.meaning
FROM payments
JOIN observations ON observations.payment_id = payments.id
WHERE payments.order_id = $1
ORDER BY observations.id DESC
LIMIT $2
