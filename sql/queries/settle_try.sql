-- Links what notifications say about a try to the payment that owns it now, and settles claims older than the query.
UPDATE notifications
SET payment_id = $1,
    answered_at = CASE WHEN claims_money = 1 AND answered_at IS NULL AND received_at <= $2 THEN $2 ELSE answered_at END
WHERE payment_id = $3
    AND transaction_id = $4
