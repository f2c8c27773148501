-- Says in the trail of orders that were made by a clock that was ahead from when on they wait now.
INSERT INTO events (order_id, at, actor, what, why)
SELECT orders.id, $1, 'clock', 'note', $2
FROM orders
WHERE orders.status = 'pending' AND orders.created_at > $3
ORDER BY orders.id
