-- Orders with the words that are kept for finding them, by number of their row.
SELECT
    orders.id, orders.number,
    (
        SELECT string_agg(order_terms.term, '
') FROM order_terms WHERE order_terms.order_id = orders.id
    ) AS terms
FROM orders
WHERE orders.id > $1
ORDER BY orders.id
LIMIT $2
