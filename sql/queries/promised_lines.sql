-- The lines of an order, with the terms on which they were sold.
SELECT
    id,
    quantity,
    product_id,
    issues_tickets,
    access_seconds,
    COALESCE(access_from, 'payment') AS access_from
FROM order_lines
WHERE order_id = $1
ORDER BY id
