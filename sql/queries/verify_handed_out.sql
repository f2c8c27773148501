-- Lines whose tickets and access are not what they have handed out, or that are good although their order ended.
SELECT
    handed.number AS order_number,
    NULL AS payment,
    'the order is ' || handed.status || ', and its ' || handed.quantity || ' of ' || handed.sku || ' have '
        || handed.issued || ' tickets (' || handed.good || ' good) where ' || handed.tickets || ' were handed out, and '
        || handed.granted || ' times access (' || handed.running || ' good) where ' || handed.gives_access || ' was' AS what
FROM (
    SELECT
        orders.number,
        orders.status,
        order_lines.id,
        order_lines.quantity,
        order_lines.tickets,
        order_lines.gives_access,
        products.sku,
        (SELECT count(*) FROM tickets WHERE tickets.order_line_id = order_lines.id) AS issued,
        (SELECT count(*)
           FROM tickets
          WHERE tickets.order_line_id = order_lines.id
            AND tickets.redeemed_at IS NULL AND tickets.revoked_at IS NULL) AS good,
        (SELECT count(*) FROM grants WHERE grants.order_line_id = order_lines.id) AS granted,
        (SELECT count(*)
           FROM grants
          WHERE grants.order_line_id = order_lines.id AND grants.revoked_at IS NULL) AS running
    FROM order_lines
    JOIN orders ON orders.id = order_lines.order_id
    JOIN products ON products.id = order_lines.product_id
) AS handed
WHERE handed.issued <> handed.tickets
   OR handed.tickets NOT IN (0, handed.quantity)
   OR handed.granted <> handed.gives_access
   OR (handed.status NOT IN ('paid', 'fulfilled') AND (handed.good > 0 OR handed.running > 0))
ORDER BY handed.id
LIMIT $1
