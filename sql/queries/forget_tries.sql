-- Makes pending orders ready for another try if a clock that was ahead dated their last one.
UPDATE orders
SET last_tried_at = 0
WHERE orders.status = 'pending' AND orders.last_tried_at > $1
