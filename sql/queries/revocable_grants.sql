-- The number of an order's grants of a product that are not revoked.
SELECT CAST(count(*) AS BIGINT) AS access
FROM order_lines
JOIN products ON products.id = order_lines.product_id
JOIN grants ON grants.order_line_id = order_lines.id
WHERE order_lines.order_id = $1 AND products.sku = $2 AND grants.revoked_at IS NULL
