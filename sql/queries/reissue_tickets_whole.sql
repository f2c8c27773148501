-- Makes all tickets of an order valid again, even used ones: it was paid again after its money had gone back.
-- Tickets that a person has revoked stay revoked.
UPDATE tickets
SET suspended_at = NULL, revoked_at = NULL, redeemed_at = NULL, redeemed_by = NULL
WHERE order_line_id IN (SELECT id FROM order_lines WHERE order_id = $1)
    AND (suspended_at IS NOT NULL OR revoked_at IS NOT NULL OR redeemed_at IS NOT NULL)
    AND revoked_by IS NULL
