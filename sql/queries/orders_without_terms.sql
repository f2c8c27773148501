-- Orders of an older version, which no search finds yet.
SELECT orders.id, orders.number
FROM orders
WHERE orders.id > $1
    AND NOT EXISTS (SELECT 1 FROM order_terms WHERE order_terms.order_id = orders.id)
ORDER BY orders.id
LIMIT $2
