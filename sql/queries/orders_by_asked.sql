-- Orders that were asked to pay exactly this unique amount, newest first.
SELECT asked_amounts.order_id
FROM asked_amounts
WHERE asked_amounts.amount = $1
ORDER BY asked_amounts.order_id DESC
LIMIT $2
