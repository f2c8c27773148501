-- Lines whose tickets and access differ from what was issued for them, or that have any without a paid order.
-- Also lines with more freed units than tickets revoked by a person.
SELECT handed.number AS order_number, NULL AS payment, handed.what
FROM (
    SELECT
        counted.number,
        'the order is ' || counted.status || '; its ' || counted.quantity || ' of ' || counted.sku || ' have '
            || counted.issued || ' tickets (' || counted.good || ' good), but ' || counted.tickets
            || ' were issued, and ' || counted.granted || ' grants (' || counted.running || ' good), but '
            || counted.gives_access || ' were issued' AS what
    FROM (
        SELECT
            orders.number,
            orders.status,
            order_lines.quantity,
            order_lines.tickets,
            order_lines.gives_access,
            order_lines.issues_tickets,
            order_lines.access_seconds,
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
    ) AS counted
    WHERE counted.issued <> counted.tickets
       OR counted.tickets NOT IN (0, counted.quantity)
       OR counted.granted <> counted.gives_access
       -- More than was bought.
       OR (counted.tickets > 0 AND counted.issues_tickets = 0)
       OR (counted.gives_access = 1 AND counted.access_seconds IS NULL)
       OR (counted.status NOT IN ('paid', 'fulfilled') AND (counted.good > 0 OR counted.running > 0))
       -- A paid order never returns to one of these.
       OR (counted.status IN ('pending', 'expired') AND (counted.issued > 0 OR counted.granted > 0))
    UNION ALL
    SELECT
        freed.number,
        'of its ' || freed.quantity || ' of ' || freed.sku || ', ' || freed.freed
            || ' are free again, but people have revoked ' || freed.revoked || ' tickets' AS what
    FROM (
        SELECT
            orders.number,
            order_lines.quantity,
            order_lines.freed,
            products.sku,
            (SELECT count(*)
               FROM tickets
              WHERE tickets.order_line_id = order_lines.id AND tickets.revoked_by IS NOT NULL) AS revoked
        FROM order_lines
        JOIN orders ON orders.id = order_lines.order_id
        JOIN products ON products.id = order_lines.product_id
        WHERE order_lines.freed > 0
    ) AS freed
    WHERE freed.freed > freed.revoked
    UNION ALL
    SELECT
        orders.number,
        'an event says that something was issued (' || told.why || '), but the lines record nothing' AS what
    FROM events AS told
    JOIN orders ON orders.id = told.order_id
    WHERE told.what = 'handed_out'
      AND told.to_word = 'issued'
      AND NOT EXISTS (
          SELECT 1
          FROM order_lines
          WHERE order_lines.order_id = orders.id AND (order_lines.tickets > 0 OR order_lines.gives_access = 1)
      )
    UNION ALL
    SELECT
        orders.number,
        'its ' || order_lines.quantity || ' of ' || products.sku
            || ' record something issued, but no event says when' AS what
    FROM order_lines
    JOIN orders ON orders.id = order_lines.order_id
    JOIN products ON products.id = order_lines.product_id
    WHERE (order_lines.tickets > 0 OR order_lines.gives_access = 1)
      AND NOT EXISTS (
          SELECT 1
          FROM events
          WHERE events.order_id = orders.id AND events.what = 'handed_out' AND events.to_word = 'issued'
      )
) AS handed
LIMIT $1
