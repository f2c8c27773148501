-- Moves an order's deadline, but only if the order has not changed since it was read.
UPDATE orders
SET expires_at = $1, version = version + 1
WHERE id = $2 AND version = $3
