-- Payments whose events do not lead to their status.
-- A payment that has not moved since its registration needs no event.
SELECT
    orders.number AS order_number,
    told.id AS payment,
    'the payment is ' || told.status || ', but its last event says ' || COALESCE(told.word, 'nothing') AS what
FROM (
    SELECT
        payments.id,
        payments.order_id,
        payments.status,
        payments.version > 1 OR payments.origin = 'page' OR payments.gateway = 'manual' AS has_moved,
        (SELECT events.to_word
           FROM events
          WHERE events.payment_id = payments.id
            AND events.what = 'payment'
            AND events.to_word IN (SELECT payment_statuses.word FROM payment_statuses)
          ORDER BY events.id DESC
          LIMIT 1) AS word
    FROM payments
) AS told
LEFT JOIN orders ON orders.id = told.order_id
WHERE told.word <> told.status OR (told.word IS NULL AND told.has_moved)
ORDER BY told.id
LIMIT $1
