-- Timestamps in the future: of pending orders, payments, refunds and notifications.
SELECT wrong.number AS order_number, wrong.payment, wrong.what
FROM (
    SELECT orders.number, NULL AS payment, 'the order was created or tried in the future' AS what
    FROM orders
    WHERE orders.status = 'pending' AND (orders.created_at > $1 OR orders.last_tried_at > $1)
    UNION ALL
    SELECT orders.number, payments.id, 'the payment was created, moved or denied in the future'
    FROM payments
    JOIN orders ON orders.id = payments.order_id
    WHERE payments.created_at > $1 OR payments.moved_at > $1 OR payments.denied_since > $1
    UNION ALL
    SELECT orders.number, refunds.payment_id, 'refund ' || refunds.id || ' was moved or sent in the future'
    FROM refunds
    JOIN orders ON orders.id = refunds.order_id
    WHERE refunds.moved_at > $1 OR refunds.sent_at > $1 OR refunds.absent_since > $1
    UNION ALL
    SELECT orders.number, notifications.payment_id, 'notification ' || notifications.id || ' was received in the future'
    FROM notifications
    JOIN payments ON payments.id = notifications.payment_id
    JOIN orders ON orders.id = payments.order_id
    WHERE notifications.received_at > $1
) AS wrong
LIMIT $2
