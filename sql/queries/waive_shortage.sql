-- Lowers what an order still has to bring in, but only as it was last seen.
UPDATE orders
SET waived = waived + $1, version = version + 1
WHERE id = $2 AND version = $3
