-- The number of lines in an order's history: events, answers and notifications.
SELECT
    (SELECT count(*) FROM events WHERE events.order_id = $1)
    + (SELECT count(*)
         FROM payments
         JOIN observations ON observations.payment_id = payments.id
        WHERE payments.order_id = $1)
    + (SELECT count(*)
         FROM payments
         JOIN notifications ON notifications.payment_id = payments.id
        WHERE payments.order_id = $1) AS lines
