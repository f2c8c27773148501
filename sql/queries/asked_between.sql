-- The unique amounts of other orders within a range, each once: whether an order still waits for it, and when it was last requested.
-- Leaves out amounts that have rested long enough.
SELECT
    asked_amounts.amount,
    max(CASE WHEN orders.status = 'pending' THEN 1 ELSE 0 END) AS is_waiting,
    max(asked_amounts.asked_at) AS asked_at
FROM asked_amounts
JOIN orders ON orders.id = asked_amounts.order_id
WHERE asked_amounts.amount >= $1
    AND asked_amounts.amount <= $2
    AND asked_amounts.order_id <> $3
    AND (asked_amounts.is_open = 1 OR asked_amounts.asked_at >= $4)
GROUP BY asked_amounts.amount
ORDER BY asked_amounts.amount
LIMIT $5
