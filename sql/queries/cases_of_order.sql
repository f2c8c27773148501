-- The cases of an order, earliest first, optionally of one kind or only open ones.
SELECT case_rows.*
FROM orders
JOIN case_rows ON case_rows.order_id = orders.id
WHERE orders.number = $1
    AND (CAST($2 AS TEXT) IS NULL OR case_rows.kind = $2)
    AND (CAST($3 AS BIGINT) = 1 OR case_rows.resolved_at IS NULL)
    AND case_rows.id > $4
ORDER BY case_rows.id
LIMIT $5
