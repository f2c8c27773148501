-- Waives what is missing of an order as a loss, but only if the order has not changed since it was read.
UPDATE orders
SET waived = waived + $1, loss = loss + $1, version = version + 1
WHERE id = $2 AND version = $3
