-- What notifications say of one try at a payment is about the payment that has this try now; claims that came before the question was started are settled.
UPDATE notifications
SET payment_id = $1,
    answered_at = CASE WHEN claims_money = 1 AND answered_at IS NULL AND received_at <= $2 THEN $2 ELSE answered_at END
WHERE payment_id = $3
    AND transaction_id = $4
