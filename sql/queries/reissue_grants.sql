-- Makes the access from an order's earlier life valid again, except what a person has revoked.
UPDATE grants
SET suspended_at = NULL, revoked_at = NULL
WHERE order_line_id IN (SELECT id FROM order_lines WHERE order_id = $1)
    AND (suspended_at IS NOT NULL OR revoked_at IS NOT NULL)
    AND revoked_by IS NULL
