-- People all of whose orders ended long ago, and to whom nothing is owed.
SELECT customers.id
FROM customers
WHERE customers.id > $1
    AND customers.id <= $2
    AND (customers.name IS NOT NULL OR customers.email IS NOT NULL OR customers.phone IS NOT NULL)
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
                ))
    )
ORDER BY customers.id
LIMIT $4
