-- Old observations that are not the last of their payment, unless a case about its order is open.
SELECT observations.id
FROM observations
WHERE observations.id > $1
    AND observations.id <= $2
    AND observations.written_at < $3
    AND EXISTS (
        SELECT 1
        FROM observations AS later
        WHERE later.payment_id = observations.payment_id AND later.id > observations.id
    )
    AND NOT EXISTS (
        SELECT 1
        FROM payments
        JOIN cases ON cases.order_id = payments.order_id
        WHERE payments.id = observations.payment_id AND cases.resolved_at IS NULL
    )
ORDER BY observations.id
LIMIT $4
