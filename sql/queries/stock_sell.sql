-- Counts an order's held units as sold.
UPDATE products
SET held = products.held - moved.quantity, sold = products.sold + moved.quantity
FROM (
    SELECT product_id, CAST(sum(quantity) AS BIGINT) AS quantity
    FROM order_lines
    WHERE order_id = $1 AND reservation = 'held'
    GROUP BY product_id
) AS moved
WHERE products.id = moved.product_id
