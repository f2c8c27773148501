-- Writes down, before its gateway is asked, that a payment is to be closed there.
UPDATE payments
SET close_tried_at = $1
WHERE id = $2
RETURNING order_id
