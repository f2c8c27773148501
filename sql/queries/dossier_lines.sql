-- All lines of an order, in the order in which they were placed.
SELECT
    products.sku,
    order_lines.quantity,
    order_lines.unit_price,
    order_lines.reservation,
    order_lines.tickets > 0 OR order_lines.gives_access = 1 AS has_handed_out,
    order_lines.issues_tickets,
    order_lines.access_seconds,
    COALESCE(order_lines.access_from, 'payment') AS access_from,
    order_lines.terms_are_later
FROM order_lines
JOIN products ON products.id = order_lines.product_id
WHERE order_lines.order_id = $1
ORDER BY order_lines.id
