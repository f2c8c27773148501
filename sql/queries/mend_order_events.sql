-- Adds an event to orders dated in the future: their waiting period starts now.
INSERT INTO events (order_id, at, actor, what, why, code, params)
SELECT orders.id, $1, 'clock', 'note', $2, $3, $4
FROM orders
WHERE orders.status = 'pending' AND orders.created_at > $5
ORDER BY orders.id
