-- Notes that a person was told that an order is kept for one.
UPDATE orders
SET kept_told_at = $1
WHERE id = $2
