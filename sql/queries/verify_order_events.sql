-- Orders whose events do not lead to their status, or leave a gap between two moves.
SELECT gap.number AS order_number, NULL AS payment, gap.what
FROM (
    SELECT
        told.number,
        'the order is ' || told.status || ', but its last event says ' || COALESCE(told.word, 'nothing') AS what
    FROM (
        SELECT
            orders.number,
            orders.status,
            (SELECT events.to_word
               FROM events
              WHERE events.order_id = orders.id
                AND events.what = 'order'
                AND events.to_word IN (SELECT order_statuses.word FROM order_statuses)
              ORDER BY events.id DESC
              LIMIT 1) AS word
        FROM orders
    ) AS told
    WHERE told.word IS DISTINCT FROM told.status
    UNION ALL
    SELECT
        orders.number,
        'an event moves the order from ' || moved.from_word || '; before that it was '
            || COALESCE(moved.word, 'nothing') AS what
    FROM (
        SELECT
            events.order_id,
            events.from_word,
            (SELECT earlier.to_word
               FROM events AS earlier
              WHERE earlier.order_id = events.order_id
                AND earlier.id < events.id
                AND earlier.what = 'order'
                AND earlier.to_word IN (SELECT order_statuses.word FROM order_statuses)
              ORDER BY earlier.id DESC
              LIMIT 1) AS word
        FROM events
        WHERE events.what = 'order' AND events.from_word IN (SELECT order_statuses.word FROM order_statuses)
    ) AS moved
    JOIN orders ON orders.id = moved.order_id
    WHERE moved.word IS DISTINCT FROM moved.from_word
) AS gap
LIMIT $1
