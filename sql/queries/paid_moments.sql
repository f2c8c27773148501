-- Payments that first became paid between two moments: when, how much, and when their gateway says that they were paid; none for what a person booked.
SELECT
    paid.at,
    payments.received,
    CASE WHEN paid.actor LIKE 'gateway:%' THEN payments.received_at END AS received_at
FROM events AS paid
JOIN payments ON payments.id = paid.payment_id
WHERE paid.id >= $1
    AND paid.id <= $2
    AND paid.at >= $3
    AND paid.at < $4
    AND paid.what = 'payment'
    AND paid.to_word = 'paid'
    AND NOT EXISTS (
        SELECT 1
        FROM events AS earlier
        WHERE earlier.payment_id = paid.payment_id
            AND earlier.id < paid.id
            AND earlier.what = 'payment'
            AND earlier.to_word = 'paid'
    )
ORDER BY paid.id
