-- Counts what an order had released as sold; the table refuses when a product has not that much left.
UPDATE products
SET sold = products.sold + moved.quantity
FROM (
    SELECT product_id, CAST(sum(quantity - freed) AS BIGINT) AS quantity
    FROM order_lines
    WHERE order_id = $1 AND reservation = 'released'
    GROUP BY product_id
) AS moved
WHERE products.id = moved.product_id
