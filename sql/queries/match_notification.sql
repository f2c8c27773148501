-- Links a notification to the payment that is known by now.
UPDATE notifications
SET payment_id = $1, verdict = $2, claims_money = $3, transaction_id = $4
WHERE id = $5 AND payment_id IS NULL
