-- Where a notification came from, and which runs found nothing to do.
ALTER TABLE notifications ADD COLUMN remote_address TEXT;
-- The headers worth keeping, as a JSON object. They go with the address: after 30 days, and with the customer.
ALTER TABLE notifications ADD COLUMN headers TEXT;
CREATE INDEX notifications_with_origin ON notifications (id) WHERE headers IS NOT NULL;

-- 1: it ended with 0, and no count of what it did is above 0.
ALTER TABLE runs ADD COLUMN idle INTEGER NOT NULL DEFAULT 0 CHECK (idle IN (0, 1));
UPDATE runs
SET idle = 1
WHERE exit = 0
    AND json_valid(counts)
    AND NOT EXISTS (
        SELECT 1
        FROM json_each(runs.counts) AS count
        WHERE count.key NOT IN ('cases_open', 'refunds_due')
            AND ((count.type = 'integer' AND count.value <> 0) OR count.type = 'text')
    );

-- The audit log of all orders is read from a time on.
CREATE INDEX events_by_time ON events (at);

-- What a list says of a notification.
CREATE VIEW notification_rows AS
SELECT
    id, gateway, payment_id, received_at, verdict, times, claims_money, answered_at, transaction_id, remote_address, headers,
    (SELECT orders.number
       FROM payments JOIN orders ON orders.id = payments.order_id
      WHERE payments.id = notifications.payment_id) AS number
FROM notifications;
