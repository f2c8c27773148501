-- Moves an order's deadline, but only as the order was last seen.
UPDATE orders
SET expires_at = $1, version = version + 1
WHERE id = $2 AND version = $3
