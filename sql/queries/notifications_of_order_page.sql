-- The notifications about an order's payments before a given one, newest first.
SELECT notification_rows.*
FROM payments
JOIN notification_rows ON notification_rows.payment_id = payments.id
WHERE payments.order_id = $1 AND notification_rows.id < $2
ORDER BY notification_rows.id DESC
LIMIT $3
