-- Restores the suspended tickets of an order.
UPDATE tickets
SET suspended_at = NULL
WHERE order_line_id IN (SELECT id FROM order_lines WHERE order_id = $1)
    AND suspended_at IS NOT NULL AND revoked_at IS NULL
