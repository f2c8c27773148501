-- Settles claims of payment that a later query has answered, for the try they name or, without one, for their payment.
-- An answer dated after now does not count.
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
