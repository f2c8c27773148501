-- Replaces what the shop has noted with an order.
UPDATE orders
SET note = $1, meta = $2
WHERE id = $3
