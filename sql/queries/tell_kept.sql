-- Records that a person was told that an order is kept for a person.
UPDATE orders
SET kept_told_at = $1
WHERE id = $2
