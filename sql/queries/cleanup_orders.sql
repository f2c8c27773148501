-- Orders that expired long ago without money, with nothing open or still to query; never the newest order.
SELECT orders.id
FROM orders
WHERE orders.id > $1
    AND orders.id <= $2
    AND orders.status = 'expired'
    AND orders.moved_at < $3
    AND orders.waived = 0
    AND orders.is_late = 0
    -- SQLite would reuse its id, and with it the idempotency keys by which hooks recognise what they have done.
    AND EXISTS (SELECT 1 FROM orders AS later WHERE later.id > orders.id)
    AND NOT EXISTS (
        SELECT 1 FROM order_lines WHERE order_lines.order_id = orders.id AND order_lines.reservation <> 'released'
    )
    AND NOT EXISTS (
        SELECT 1
        FROM payments
        WHERE payments.order_id = orders.id
            AND (payments.status NOT IN ('failed', 'cancelled', 'expired')
                OR payments.next_check_at IS NOT NULL
                OR payments.received <> 0
                OR payments.refunded <> 0
                OR payments.charged_back <> 0)
    )
    AND NOT EXISTS (
        SELECT 1
        FROM payments
        JOIN notifications ON notifications.payment_id = payments.id
        WHERE payments.order_id = orders.id
            AND (notifications.received_at >= $3
                OR (notifications.claims_money = 1 AND notifications.answered_at IS NULL))
    )
    AND NOT EXISTS (SELECT 1 FROM refunds WHERE refunds.order_id = orders.id)
    AND NOT EXISTS (SELECT 1 FROM cases WHERE cases.order_id = orders.id AND cases.resolved_at IS NULL)
    AND NOT EXISTS (
        SELECT 1 FROM effects WHERE effects.order_id = orders.id AND effects.status NOT IN ('done', 'cancelled')
    )
    AND NOT EXISTS (
        SELECT 1
        FROM events
        WHERE events.order_id = orders.id
            AND (events.what = 'refund' OR (events.what = 'payment' AND events.amount IS NOT NULL))
    )
ORDER BY orders.id
LIMIT $4
