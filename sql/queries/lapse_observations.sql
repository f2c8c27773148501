-- Deletes the observations of a lapsed order's payments.
DELETE FROM observations
WHERE payment_id IN (SELECT payments.id FROM payments WHERE payments.order_id = $1)
