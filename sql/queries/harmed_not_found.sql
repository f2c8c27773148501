-- Payments that expired only because of a "not found", of orders that ended lately, and that are not queried any more.
SELECT payments.order_id, payments.id, payments.gateway
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.id > $1
    AND payments.next_check_at IS NULL
    AND payments.status = 'expired'
    AND payments.seen = 0
    AND payments.raw_status = 'not found'
    AND orders.status = 'expired'
    AND orders.moved_at > $2
ORDER BY payments.id
LIMIT $3
