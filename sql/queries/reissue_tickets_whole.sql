-- Makes the tickets of an order good again, used ones too: it was paid for once more after its money had gone back.
-- What a person has revoked stays revoked.
UPDATE tickets
SET suspended_at = NULL, revoked_at = NULL, redeemed_at = NULL, redeemed_by = NULL
WHERE order_line_id IN (SELECT id FROM order_lines WHERE order_id = $1)
    AND (suspended_at IS NOT NULL OR revoked_at IS NOT NULL OR redeemed_at IS NOT NULL)
    AND revoked_by IS NULL
