-- Adds an event to orders dated in the future: their waiting period starts now.
INSERT INTO events (order_id, at, actor, what, why)
SELECT orders.id, $1, 'clock', 'note', $2
FROM orders
WHERE orders.status = 'pending' AND orders.created_at > $3
ORDER BY orders.id
