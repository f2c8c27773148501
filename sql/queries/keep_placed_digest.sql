-- Stores the digest of the content with which an order was placed.
UPDATE orders
SET placed_digest = $1
WHERE id = $2
