-- Frees the units sold to an order, if they can be sold again.
UPDATE products
SET sold = products.sold - moved.quantity
FROM (
    SELECT product_id, CAST(sum(quantity - freed) AS BIGINT) AS quantity
    FROM order_lines
    WHERE order_id = $1 AND reservation = 'sold'
    GROUP BY product_id
) AS moved
WHERE products.id = moved.product_id AND products.resaleable = 1
