-- Every line of every order.
SELECT
    id,
    order_id,
    product_id,
    quantity,
    unit_price,
    reservation,
    freed
FROM order_lines
ORDER BY id
