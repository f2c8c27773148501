-- Payments that first became paid between two moments: when, how much, and when their gateway says that they were paid; none for what a person booked.
SELECT
    paid.at,
    payments.received,
    CASE WHEN paid.actor LIKE 'gateway:%' THEN payments.received_at END AS received_at
FROM first_paid_rows AS paid
JOIN payments ON payments.id = paid.payment_id
WHERE paid.id >= $1
    AND paid.id <= $2
    AND paid.at >= $3
    AND paid.at < $4
ORDER BY paid.id
