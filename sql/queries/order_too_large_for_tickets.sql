-- An order that still may be paid, with more units of a product in a line than tickets can be issued for at once.
SELECT orders.number, order_lines.quantity
FROM order_lines
JOIN orders ON orders.id = order_lines.order_id
WHERE order_lines.product_id = (SELECT id FROM products WHERE sku = $1)
    AND order_lines.reservation = 'held' AND order_lines.quantity > $2
ORDER BY order_lines.id
LIMIT 1
