-- Settles the claims of payment about named tries of a payment that a person has looked up.
UPDATE notifications
SET answered_at = $1
WHERE payment_id = $2
    AND claims_money = 1
    AND answered_at IS NULL
    AND transaction_id IN (
        SELECT named_tries.transaction_id
        FROM named_tries
        WHERE named_tries.payment_id = notifications.payment_id AND named_tries.settled_at IS NULL AND named_tries.tried_at IS NOT NULL
    )
