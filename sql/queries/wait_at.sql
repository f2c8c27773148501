-- The wait of one payment that first became paid between two moments: from the gateway's time of payment to the booking, the shortest first, after so many others.
SELECT
    orders.number,
    CASE WHEN paid.at > payments.received_at THEN paid.at - payments.received_at ELSE 0 END AS wait
FROM first_paid_rows AS paid
JOIN payments ON payments.id = paid.payment_id
JOIN orders ON orders.id = payments.order_id
WHERE paid.id >= $1
    AND paid.id <= $2
    AND paid.at >= $3
    AND paid.at < $4
    AND paid.actor LIKE 'gateway:%'
    AND payments.received_at IS NOT NULL
ORDER BY wait, paid.id
LIMIT 1
OFFSET $5
