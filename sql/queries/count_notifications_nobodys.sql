-- The number of notifications of one verdict that belong to no payment, counted up to a limit.
SELECT COUNT(*) AS notifications
FROM (SELECT 1 FROM notifications WHERE notifications.payment_id IS NULL AND notifications.verdict = $1 LIMIT $2) AS counted
