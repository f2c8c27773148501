-- The products to which an order has given access.
SELECT DISTINCT products.id, products.sku
FROM order_lines
JOIN grants ON grants.order_line_id = order_lines.id
JOIN products ON products.id = order_lines.product_id
WHERE order_lines.order_id = $1
ORDER BY products.id
