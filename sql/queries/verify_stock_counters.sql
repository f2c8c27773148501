-- Products whose counters differ from the sums over their lines, without units whose tickets a person has revoked.
SELECT
    NULL AS order_number,
    NULL AS payment,
    products.sku || ' counts ' || products.held || ' held and ' || products.sold || ' sold; its lines say '
        || COALESCE(lines.held, 0) || ' and ' || COALESCE(lines.sold, 0) AS what
FROM products
LEFT JOIN (
    SELECT
        CAST(order_lines.product_id AS BIGINT) AS product_id,
        CAST(sum(CASE WHEN order_lines.reservation = 'held' THEN order_lines.quantity ELSE 0 END) AS BIGINT) AS held,
        CAST(sum(
            CASE WHEN order_lines.reservation = 'sold' THEN order_lines.quantity - order_lines.freed ELSE 0 END
        ) AS BIGINT) AS sold
    FROM order_lines
    -- Sorting reads the table once, in its own order; the index, which no expression uses, would cause random access.
    GROUP BY CAST(order_lines.product_id AS BIGINT)
) AS lines ON lines.product_id = products.id
WHERE products.held <> COALESCE(lines.held, 0) OR products.sold <> COALESCE(lines.sold, 0)
ORDER BY products.id
LIMIT $1
