-- Lowers the amount that an order still needs, but only if the order has not changed since it was read.
UPDATE orders
SET waived = waived + $1, version = version + 1
WHERE id = $2 AND version = $3
