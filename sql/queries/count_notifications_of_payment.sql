-- The number of notifications about a payment, counted up to a limit.
SELECT COUNT(*) AS notifications
FROM (SELECT 1 FROM notifications WHERE notifications.payment_id = $1 LIMIT $2) AS counted
