-- The lines of an order, with what their products promise a buyer.
SELECT
    order_lines.id,
    order_lines.quantity,
    products.id AS product,
    products.issues_tickets,
    products.access_seconds,
    products.access_from
FROM order_lines
JOIN products ON products.id = order_lines.product_id
WHERE order_lines.order_id = $1
ORDER BY order_lines.id
