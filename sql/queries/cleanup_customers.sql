-- Customers whose orders all ended long ago, who are owed nothing, and whose access has ended.
SELECT customers.id
FROM customers
WHERE customers.id > $1
    AND customers.id <= $2
    AND (customers.name IS NOT NULL OR customers.email IS NOT NULL OR customers.phone IS NOT NULL
        OR customers.has_words = 1)
    AND NOT EXISTS (
        SELECT 1
        FROM orders
        WHERE orders.customer_id = customers.id
            AND (orders.status = 'pending'
                OR orders.moved_at >= $3
                OR EXISTS (SELECT 1 FROM cases WHERE cases.order_id = orders.id AND cases.resolved_at IS NULL)
                OR EXISTS (
                    SELECT 1
                    FROM refunds
                    WHERE refunds.order_id = orders.id AND refunds.status IN ('due', 'approved', 'sent', 'unknown')
                )
                OR EXISTS (
                    SELECT 1
                    FROM order_lines
                    JOIN grants ON grants.order_line_id = order_lines.id
                    WHERE order_lines.order_id = orders.id
                        AND grants.revoked_at IS NULL
                        AND (grants.ends_at IS NULL OR grants.ends_at >= $3)
                ))
    )
ORDER BY customers.id
LIMIT $4
