-- Tickets and access that are worth something else than the money for their order says, or that contradict themselves.
SELECT worth.number AS order_number, NULL AS payment, worth.thing || ' ' || worth.wrong AS what
FROM (
    SELECT
        orders.number,
        'ticket ' || tickets.unit || ' of ' || products.sku AS thing,
        CASE
            WHEN (tickets.redeemed_at IS NULL) <> (tickets.redeemed_by IS NULL)
                THEN 'is redeemed by nobody, or at no time'
            WHEN tickets.redeemed_at IS NOT NULL AND (tickets.suspended_at IS NOT NULL OR tickets.revoked_at IS NOT NULL)
                THEN 'is redeemed, and suspended or revoked all the same'
            WHEN tickets.revoked_by IS NOT NULL AND tickets.revoked_at IS NULL
                THEN 'was revoked by somebody, and at no time'
            WHEN tickets.redeemed_at IS NOT NULL OR tickets.revoked_by IS NOT NULL
                OR orders.status NOT IN ('paid', 'fulfilled')
                THEN NULL
            WHEN tickets.revoked_at IS NOT NULL
                THEN 'is revoked, and its order is ' || orders.status
            WHEN EXISTS (
                SELECT 1
                FROM cases
                WHERE cases.order_id = orders.id AND cases.kind = 'money_lost' AND cases.resolved_at IS NULL
            )
                THEN CASE WHEN tickets.suspended_at IS NULL THEN 'is good, and an open case says that its money is lost' END
            WHEN tickets.suspended_at IS NOT NULL
                THEN 'is suspended, and no open case says that its money is lost'
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
                THEN 'was revoked by somebody, and at no time'
            WHEN grants.revoked_at IS NOT NULL OR orders.status NOT IN ('paid', 'fulfilled')
                THEN NULL
            WHEN EXISTS (
                SELECT 1
                FROM cases
                WHERE cases.order_id = orders.id AND cases.kind = 'money_lost' AND cases.resolved_at IS NULL
            )
                THEN CASE WHEN grants.suspended_at IS NULL THEN 'is good, and an open case says that its money is lost' END
            WHEN grants.suspended_at IS NOT NULL
                THEN 'is suspended, and no open case says that its money is lost'
        END AS wrong
    FROM grants
    JOIN order_lines ON order_lines.id = grants.order_line_id
    JOIN orders ON orders.id = order_lines.order_id
    JOIN products ON products.id = order_lines.product_id
) AS worth
WHERE worth.wrong IS NOT NULL
LIMIT $1
