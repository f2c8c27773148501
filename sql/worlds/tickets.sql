-- Every ticket.
SELECT
    id,
    order_line_id,
    suspended_at,
    revoked_at,
    revoked_by
FROM tickets
ORDER BY id
