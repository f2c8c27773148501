-- Moves an order behind the others that wait for proof.
UPDATE orders
SET last_tried_at = $1
WHERE id = $2
