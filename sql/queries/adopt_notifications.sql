-- What verified notifications said of a reference before its payment was known here is about that payment.
UPDATE notifications
SET payment_id = $1
WHERE gateway = $2
    AND reference = $3
    AND payment_id IS NULL
    AND transaction_id IS NOT NULL
