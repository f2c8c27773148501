-- Suspends the unused tickets of an order.
UPDATE tickets
SET suspended_at = $1
WHERE order_line_id IN (SELECT id FROM order_lines WHERE order_id = $2)
    AND redeemed_at IS NULL AND suspended_at IS NULL AND revoked_at IS NULL
