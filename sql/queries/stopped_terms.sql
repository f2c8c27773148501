-- The access of an order that has started or was scheduled, and that is suspended or was revoked with its order.
SELECT
    grants.id,
    grants.starts_at,
    grants.ends_at,
    grants.used_ms,
    order_lines.product_id,
    CASE
        WHEN grants.suspended_at < grants.revoked_at OR grants.revoked_at IS NULL THEN grants.suspended_at
        ELSE grants.revoked_at
    END AS stopped_at,
    grants.seconds,
    COALESCE(order_lines.access_from, 'payment') AS access_from
FROM order_lines
JOIN grants ON grants.order_line_id = order_lines.id
WHERE order_lines.order_id = $1
    AND grants.starts_at IS NOT NULL
    AND (grants.suspended_at IS NOT NULL OR grants.revoked_at IS NOT NULL)
    AND grants.revoked_by IS NULL
ORDER BY grants.id
