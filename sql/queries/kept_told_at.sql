-- When a person was last told that an order is kept for a person.
SELECT kept_told_at
FROM orders
WHERE id = $1
