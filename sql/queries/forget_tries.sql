-- Orders that wait, and were last tried by a clock that was ahead, are tried again.
UPDATE orders
SET last_tried_at = 0
WHERE orders.status = 'pending' AND orders.last_tried_at > $1
