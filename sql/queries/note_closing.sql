-- Records, before the request is sent, that a gateway is asked to close a payment; clears the last answer.
UPDATE payments
SET close_tried_at = $1, close_answer = NULL
WHERE id = $2
RETURNING order_id
