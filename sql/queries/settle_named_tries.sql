-- Settles named tries that belong to a payment by now which has answered a later query.
UPDATE named_tries
SET settled_at = $1
WHERE settled_at IS NULL
    AND EXISTS (
        SELECT 1
        FROM payments AS named
        JOIN payments AS known ON known.order_id = named.order_id AND known.gateway = named.gateway
        WHERE named.id = named_tries.payment_id
            AND known.transaction_id = named_tries.transaction_id
            AND known.last_answered_at >= named_tries.named_at
            AND known.last_answered_at <= $1
    )
