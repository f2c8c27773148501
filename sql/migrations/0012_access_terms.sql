-- What access had used of its time before its present term, and who has revoked it: a person, or nobody but its order's end.

ALTER TABLE grants ADD COLUMN used_ms INTEGER NOT NULL DEFAULT 0 CHECK (used_ms >= 0);
ALTER TABLE grants ADD COLUMN revoked_by TEXT;

-- A person's word stands in the trail as `access to SKU: why`.
UPDATE grants
SET revoked_by = (
    SELECT max(events.actor)
    FROM order_lines
    JOIN products ON products.id = order_lines.product_id
    JOIN events ON events.order_id = order_lines.order_id
    WHERE order_lines.id = grants.order_line_id
        AND events.at = grants.revoked_at
        AND events.what = 'handed_out'
        AND events.to_word = 'revoked'
        AND substr(events.why, 1, length(products.sku) + 12) = 'access to ' || products.sku || ': '
)
WHERE revoked_at IS NOT NULL;
