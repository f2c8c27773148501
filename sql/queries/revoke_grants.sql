-- Revokes the access of an order; a product narrows it to its own.
UPDATE grants
SET revoked_at = $1
WHERE order_line_id IN (
        SELECT order_lines.id
        FROM order_lines
        JOIN products ON products.id = order_lines.product_id
        WHERE order_lines.order_id = $2 AND ($3 IS NULL OR products.sku = $3)
    )
    AND revoked_at IS NULL
