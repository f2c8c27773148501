-- The access from all orders of an email address, in the order in which it was granted, a null parameter does not filter.
SELECT access_rows.*
FROM (
    -- In this join order, because one person has few orders.
    SELECT grants.id
    FROM customers
    CROSS JOIN orders
    CROSS JOIN order_lines
    CROSS JOIN grants
    WHERE lower(customers.email) = lower($1)
        AND orders.customer_id = customers.id
        AND order_lines.order_id = orders.id
        AND grants.order_line_id = order_lines.id
        AND grants.id > $2
) AS granted
CROSS JOIN access_rows
WHERE access_rows.id = granted.id
    AND (CAST($3 AS TEXT) IS NULL OR access_rows.sku = $3)
    AND (CAST($4 AS TEXT) IS NULL OR EXISTS (
        SELECT 1 FROM payments WHERE payments.order_id = access_rows.order_id AND payments.gateway = $4
    ))
    AND (CAST($5 AS BIGINT) IS NULL OR access_rows.issued_at >= $5)
    AND (CAST($6 AS BIGINT) IS NULL OR access_rows.issued_at < $6)
ORDER BY access_rows.id
LIMIT $7
