-- Unique amounts that two waiting orders share.
SELECT
    max(orders.number) AS order_number,
    NULL AS payment,
    count(*) || ' pending orders are asked for ' || asked_amounts.amount AS what
FROM asked_amounts
JOIN orders ON orders.id = asked_amounts.order_id
WHERE orders.status = 'pending'
GROUP BY asked_amounts.amount
HAVING count(*) > 1
ORDER BY asked_amounts.amount
LIMIT $1
