-- The number of grants that an order has given.
SELECT CAST(count(*) AS BIGINT) AS access
FROM order_lines
JOIN grants ON grants.order_line_id = order_lines.id
WHERE order_lines.order_id = $1
