-- Deletes the notifications of a lapsed order's payments.
DELETE FROM notifications
WHERE payment_id IN (SELECT payments.id FROM payments WHERE payments.order_id = $1)
