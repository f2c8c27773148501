-- How many lines the whole story of an order has: its events, and what gateways said and sent about its payments.
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
