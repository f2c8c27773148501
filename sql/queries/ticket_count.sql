-- The number of tickets of an order, by state.
SELECT
    CAST(COALESCE(sum(CASE
        WHEN tickets.redeemed_at IS NULL AND tickets.revoked_at IS NULL AND tickets.suspended_at IS NULL THEN 1
        ELSE 0
    END), 0) AS BIGINT) AS good,
    CAST(count(tickets.redeemed_at) AS BIGINT) AS redeemed,
    CAST(COALESCE(sum(CASE
        WHEN tickets.redeemed_at IS NULL AND tickets.revoked_at IS NULL AND tickets.suspended_at IS NOT NULL THEN 1
        ELSE 0
    END), 0) AS BIGINT) AS suspended,
    CAST(COALESCE(sum(CASE
        WHEN tickets.redeemed_at IS NULL AND tickets.revoked_at IS NOT NULL THEN 1
        ELSE 0
    END), 0) AS BIGINT) AS revoked
FROM order_lines
JOIN tickets ON tickets.order_line_id = order_lines.id
WHERE order_lines.order_id = $1
