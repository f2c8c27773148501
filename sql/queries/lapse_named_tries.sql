-- Deletes the tries that notifications named for a lapsed order's payments.
DELETE FROM named_tries
WHERE payment_id IN (SELECT payments.id FROM payments WHERE payments.order_id = $1)
