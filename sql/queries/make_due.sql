-- Makes a payment due at a given time, and clears its query and answer times if they are later than a believed time.
UPDATE payments
SET next_check_at = $1,
    last_asked_at = CASE WHEN payments.last_asked_at > $2 THEN 0 ELSE payments.last_asked_at END,
    last_answered_at = CASE
        WHEN payments.last_answered_at > $2
            AND EXISTS (SELECT 1 FROM orders WHERE orders.id = payments.order_id AND orders.status = 'pending')
        THEN NULL
        WHEN payments.last_answered_at > $2 THEN $2
        ELSE payments.last_answered_at
    END,
    silent_since = CASE WHEN payments.silent_since > $2 THEN NULL ELSE payments.silent_since END,
    close_tried_at = CASE WHEN payments.close_tried_at > $2 THEN $2 ELSE payments.close_tried_at END
WHERE payments.id = $3
