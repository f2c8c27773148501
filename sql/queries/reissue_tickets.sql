-- Makes the tickets of an order good again that lost their worth with its earlier life; not what a person has revoked.
UPDATE tickets
SET suspended_at = NULL, revoked_at = NULL
WHERE order_line_id IN (SELECT id FROM order_lines WHERE order_id = $1)
    AND (suspended_at IS NOT NULL OR revoked_at IS NOT NULL)
    AND revoked_by IS NULL
