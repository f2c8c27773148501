-- Lines whose reservation does not fit their order's status. Units that cannot be sold again stay sold.
SELECT
    orders.number AS order_number,
    NULL AS payment,
    'the order is ' || orders.status || ', but its ' || order_lines.quantity || ' of '
        || products.sku || ' are ' || order_lines.reservation AS what
FROM order_lines
JOIN orders ON orders.id = order_lines.order_id
JOIN products ON products.id = order_lines.product_id
WHERE (orders.status = 'pending' AND order_lines.reservation <> 'held')
   OR (orders.status IN ('paid', 'fulfilled') AND order_lines.reservation <> 'sold')
   OR (orders.status = 'expired' AND order_lines.reservation <> 'released')
   OR (orders.status IN ('cancelled', 'refunded') AND order_lines.reservation = 'held')
LIMIT $1
