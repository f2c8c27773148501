-- The units that overdue, undecided orders hold, by product.
SELECT
    products.sku,
    count(DISTINCT orders.id) AS orders,
    CAST(sum(order_lines.quantity) AS BIGINT) AS units
FROM orders
CROSS JOIN order_lines
CROSS JOIN products
WHERE orders.status = 'pending'
    AND orders.expires_at < $1
    AND order_lines.order_id = orders.id
    AND order_lines.reservation = 'held'
    AND products.id = order_lines.product_id
GROUP BY products.sku
ORDER BY units DESC, products.sku
