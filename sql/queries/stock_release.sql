-- Releases the units that an order holds.
UPDATE products
SET held = products.held - moved.quantity
FROM (
    SELECT product_id, CAST(sum(quantity) AS BIGINT) AS quantity
    FROM order_lines
    WHERE order_id = $1 AND reservation = 'held'
    GROUP BY product_id
) AS moved
WHERE products.id = moved.product_id
