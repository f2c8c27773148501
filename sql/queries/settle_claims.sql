-- Claims of money that a question started since has answered; about another try than the payment's, or from later than now, nothing has.
UPDATE notifications
SET answered_at = (SELECT payments.last_answered_at FROM payments WHERE payments.id = notifications.payment_id)
WHERE claims_money = 1
    AND answered_at IS NULL
    AND EXISTS (
        SELECT 1
        FROM payments
        WHERE payments.id = notifications.payment_id
            AND payments.last_answered_at >= notifications.received_at
            AND payments.last_answered_at <= $1
            AND (notifications.transaction_id IS NULL OR notifications.transaction_id = payments.transaction_id)
    )
