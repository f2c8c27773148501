-- When the existing access of an order's buyer to a product ends, over all orders of the same address.
SELECT max(grants.ends_at) AS ends_at
FROM (
    SELECT id FROM orders WHERE id = $1
    UNION
    SELECT same.id
    FROM orders AS mine
    JOIN customers AS buyer ON buyer.id = mine.customer_id
    JOIN customers ON lower(customers.email) = lower(buyer.email)
    JOIN orders AS same ON same.customer_id = customers.id
    WHERE mine.id = $1
) AS bought
CROSS JOIN order_lines
CROSS JOIN grants
WHERE order_lines.order_id = bought.id
    AND order_lines.product_id = $2
    AND grants.order_line_id = order_lines.id
    AND grants.suspended_at IS NULL
    AND grants.revoked_at IS NULL
