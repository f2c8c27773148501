-- Settles claims of payment about a try that the gateway's "not found" has settled.
UPDATE notifications
SET answered_at = $1
WHERE payment_id = $2
    AND transaction_id = $3
    AND claims_money = 1
    AND answered_at IS NULL
    AND received_at <= $1
    AND EXISTS (
        SELECT 1
        FROM named_tries
        WHERE named_tries.payment_id = notifications.payment_id
            AND named_tries.transaction_id = notifications.transaction_id
            AND named_tries.settled_at = $1
    )
