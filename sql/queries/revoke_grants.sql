-- Revokes the access of an order, together with the order or on a person's decision, optionally for one product.
UPDATE grants
SET revoked_at = $1, revoked_by = $2
WHERE order_line_id IN (
        SELECT order_lines.id
        FROM order_lines
        JOIN products ON products.id = order_lines.product_id
        WHERE order_lines.order_id = $3 AND (CAST($4 AS TEXT) IS NULL OR products.sku = $4)
    )
    AND revoked_at IS NULL
