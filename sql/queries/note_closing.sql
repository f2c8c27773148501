-- Writes down, before its gateway is asked, that a payment is to be closed there; what it answers is not known yet.
UPDATE payments
SET close_tried_at = $1, close_answer = NULL
WHERE id = $2
RETURNING order_id
