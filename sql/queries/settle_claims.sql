-- Claims of money that a question started since has answered, put to the try they name or, where they name none, to their payment; one from later than now has answered nothing.
UPDATE notifications
SET answered_at = $1
WHERE claims_money = 1
    AND answered_at IS NULL
    AND EXISTS (
        SELECT 1
        FROM payments AS named
        JOIN payments AS known ON known.order_id = named.order_id AND known.gateway = named.gateway
        WHERE named.id = notifications.payment_id
            AND known.last_answered_at >= notifications.received_at
            AND known.last_answered_at <= $1
            AND (
                (notifications.transaction_id IS NULL AND known.id = named.id)
                OR known.transaction_id = notifications.transaction_id
            )
    )
