-- The tickets of an order in the order in which they were issued, a null parameter does not filter.
SELECT ticket_rows.*
FROM (
    -- In this join order, because one order has few tickets.
    SELECT tickets.id
    FROM orders
    CROSS JOIN order_lines
    CROSS JOIN tickets
    WHERE orders.number = $1
        AND order_lines.order_id = orders.id
        AND tickets.order_line_id = order_lines.id
        AND tickets.id > $2
) AS issued
CROSS JOIN ticket_rows
WHERE ticket_rows.id = issued.id
    AND (CAST($3 AS TEXT) IS NULL OR ticket_rows.sku = $3)
    AND (CAST($4 AS TEXT) IS NULL OR EXISTS (
        SELECT 1 FROM payments WHERE payments.order_id = ticket_rows.order_id AND payments.gateway = $4
    ))
    AND (CAST($5 AS BIGINT) IS NULL OR ticket_rows.issued_at >= $5)
    AND (CAST($6 AS BIGINT) IS NULL OR ticket_rows.issued_at < $6)
ORDER BY ticket_rows.id
LIMIT $7
