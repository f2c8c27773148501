-- Tickets and access whose state does not fit the money of their order, or contradicts itself.
SELECT worth.number AS order_number, NULL AS payment, worth.thing || ' ' || worth.wrong AS what
FROM (
    SELECT
        orders.number,
        'ticket ' || tickets.unit || ' of ' || products.sku AS thing,
        CASE
            WHEN (tickets.redeemed_at IS NULL) <> (tickets.redeemed_by IS NULL)
                THEN 'is redeemed, but without a person or a time'
            WHEN tickets.redeemed_at IS NOT NULL AND (tickets.suspended_at IS NOT NULL OR tickets.revoked_at IS NOT NULL)
                THEN 'is redeemed, but also suspended or revoked'
            WHEN tickets.revoked_by IS NOT NULL AND tickets.revoked_at IS NULL
                THEN 'was revoked by somebody, but has no time of revocation'
            WHEN tickets.redeemed_at IS NOT NULL OR tickets.revoked_by IS NOT NULL
                OR orders.status NOT IN ('paid', 'fulfilled')
                THEN NULL
            WHEN tickets.revoked_at IS NOT NULL
                THEN 'is revoked, but its order is ' || orders.status
            WHEN EXISTS (
                SELECT 1
                FROM cases
                WHERE cases.order_id = orders.id AND cases.kind = 'money_lost' AND cases.resolved_at IS NULL
            )
                THEN CASE WHEN tickets.suspended_at IS NULL THEN 'is good, but an open case says that its money is lost' END
            WHEN tickets.suspended_at IS NOT NULL
                THEN 'is suspended, but no open case says that its money is lost'
        END AS wrong
    FROM tickets
    JOIN order_lines ON order_lines.id = tickets.order_line_id
    JOIN orders ON orders.id = order_lines.order_id
    JOIN products ON products.id = order_lines.product_id
    UNION ALL
    SELECT
        orders.number,
        'access to ' || products.sku AS thing,
        CASE
            WHEN grants.ends_at + grants.used_ms IS DISTINCT FROM grants.starts_at + grants.seconds * 1000
                THEN 'does not last the ' || grants.seconds || ' seconds that were bought'
            WHEN grants.ends_at < grants.starts_at
                THEN 'has used more than the ' || grants.seconds || ' seconds that were bought'
            WHEN grants.revoked_by IS NOT NULL AND grants.revoked_at IS NULL
                THEN 'was revoked by somebody, but has no time of revocation'
            WHEN grants.revoked_at IS NOT NULL OR orders.status NOT IN ('paid', 'fulfilled')
                THEN NULL
            WHEN EXISTS (
                SELECT 1
                FROM cases
                WHERE cases.order_id = orders.id AND cases.kind = 'money_lost' AND cases.resolved_at IS NULL
            )
                THEN CASE WHEN grants.suspended_at IS NULL THEN 'is good, but an open case says that its money is lost' END
            WHEN grants.suspended_at IS NOT NULL
                THEN 'is suspended, but no open case says that its money is lost'
        END AS wrong
    FROM grants
    JOIN order_lines ON order_lines.id = grants.order_line_id
    JOIN orders ON orders.id = order_lines.order_id
    JOIN products ON products.id = order_lines.product_id
) AS worth
WHERE worth.wrong IS NOT NULL
LIMIT $1
