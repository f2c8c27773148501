-- Counts a notification that arrived before, and stores its payment if it is known by now.
UPDATE notifications
SET times = times + 1, payment_id = $1, verdict = $2, claims_money = $3, transaction_id = $4
WHERE digest = $5
