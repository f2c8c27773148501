-- Counts an order's released units as sold; a constraint rejects it if the product has too few left.
UPDATE products
SET sold = products.sold + moved.quantity
FROM (
    SELECT product_id, CAST(sum(quantity - freed) AS BIGINT) AS quantity
    FROM order_lines
    WHERE order_id = $1 AND reservation = 'released'
    GROUP BY product_id
) AS moved
WHERE products.id = moved.product_id
