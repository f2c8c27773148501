-- Settles what notifications say of one try at a payment, if they came before the question was started; they are about the payment that has this try now.
UPDATE notifications
SET answered_at = $1, payment_id = $2
WHERE payment_id = $3
    AND transaction_id = $4
    AND claims_money = 1
    AND answered_at IS NULL
    AND received_at <= $1
