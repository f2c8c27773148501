-- What was sold in orders that were first paid between two moments, by product, the most money first.
SELECT
    products.sku,
    products.name,
    count(DISTINCT paid.order_id) AS orders,
    CAST(sum(order_lines.quantity) AS BIGINT) AS units,
    CAST(sum(order_lines.quantity * order_lines.unit_price) AS BIGINT) AS amount
FROM events AS paid
CROSS JOIN order_lines
CROSS JOIN products
WHERE paid.id >= $1
    AND paid.id <= $2
    AND paid.at >= $3
    AND paid.at < $4
    AND paid.what = 'order'
    AND paid.rule <> 'O1'
    AND paid.to_word IN ('paid', 'fulfilled')
    AND NOT EXISTS (
        SELECT 1
        FROM events AS earlier
        WHERE earlier.order_id = paid.order_id
            AND earlier.id < paid.id
            AND earlier.what = 'order'
            AND earlier.to_word IN ('paid', 'fulfilled')
    )
    AND order_lines.order_id = paid.order_id
    AND products.id = order_lines.product_id
GROUP BY products.id
ORDER BY amount DESC, products.sku
