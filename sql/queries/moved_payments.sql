-- Payments at gateways whose status changed between two moments, by who told payctl and what they became: a notification (of the money, or of the last five minutes), a query without one, a person, or the schedule. That a payment can be paid now is no change.
SELECT source, became, count(DISTINCT payment_id) AS payments
FROM (
    SELECT
        moved.payment_id,
        moved.to_word AS became,
        CASE
            WHEN moved.actor LIKE 'operator:%' THEN 'person'
            WHEN moved.actor NOT LIKE 'gateway:%' THEN 'schedule'
            WHEN EXISTS (
                SELECT 1
                FROM notifications
                WHERE notifications.payment_id = moved.payment_id
                    AND notifications.received_at <= moved.at
                    AND (
                        (moved.to_word = 'paid' AND notifications.claims_money = 1)
                        OR (moved.to_word <> 'paid' AND notifications.received_at >= moved.at - 300000)
                    )
            ) THEN 'notification'
            ELSE 'query'
        END AS source
    FROM events AS moved
    WHERE moved.id >= $1
        AND moved.id <= $2
        AND moved.at >= $3
        AND moved.at < $4
        AND moved.what = 'payment'
        AND moved.from_word IS NOT NULL
        AND moved.from_word <> moved.to_word
        AND moved.to_word <> 'pending'
) AS of_period
GROUP BY source, became
ORDER BY source, became
