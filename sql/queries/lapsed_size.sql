-- The number of rows that are deleted with an order, by table in the order of deletion, without rows that are old enough to be deleted anyway.
SELECT
    (SELECT count(*)
       FROM payments
       JOIN observations ON observations.payment_id = payments.id
      WHERE payments.order_id = $1
        AND (observations.written_at >= $2 OR NOT EXISTS (
            SELECT 1
            FROM observations AS later
            WHERE later.payment_id = observations.payment_id AND later.id > observations.id
        ))) AS observations,
    0 AS notifications,
    (SELECT count(*) FROM effects WHERE effects.order_id = $1) AS effects,
    (SELECT count(*) FROM cases WHERE cases.order_id = $1) AS cases,
    (SELECT count(*) FROM events WHERE events.order_id = $1) AS events,
    (SELECT count(*) FROM payments WHERE payments.order_id = $1) AS payments,
    (SELECT count(*) FROM order_lines WHERE order_lines.order_id = $1) AS order_lines,
    (SELECT count(*) FROM asked_amounts WHERE asked_amounts.order_id = $1) AS asked_amounts,
    (SELECT count(*) FROM orders WHERE orders.id = $1) AS orders
