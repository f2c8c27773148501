-- Keeps by what an order was placed.
UPDATE orders
SET placed_digest = $1
WHERE id = $2
