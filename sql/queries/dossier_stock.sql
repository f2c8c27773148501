-- Whether all units that an order has released are still free, over all its lines together, and may be sold when money comes late.
SELECT
    COALESCE(min(CASE WHEN wanted.quantity <= COALESCE(products.capacity - products.held - products.sold, wanted.quantity)
                      THEN 1 ELSE 0 END), 1) AS is_free,
    COALESCE(min(CASE WHEN products.late_money = 'accept' THEN 1 ELSE 0 END), 1) AS is_accepted
FROM (
    SELECT product_id, CAST(sum(quantity - freed) AS BIGINT) AS quantity
    FROM order_lines
    WHERE order_id = $1 AND reservation = 'released'
    GROUP BY product_id
) AS wanted
JOIN products ON products.id = wanted.product_id
