-- Every refund.
SELECT
    id,
    order_id,
    payment_id,
    status,
    reason,
    amount,
    refund_key,
    declined,
    sent_at,
    told_at
FROM refunds
ORDER BY id
