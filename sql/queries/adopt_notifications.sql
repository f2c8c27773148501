-- Links verified notifications about a reference to its new payment.
UPDATE notifications
SET payment_id = $1
WHERE gateway = $2
    AND reference = $3
    AND payment_id IS NULL
    AND transaction_id IS NOT NULL
