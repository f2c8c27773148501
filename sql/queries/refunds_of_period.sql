-- Refunds that became due, or were done, between two moments, by their reason: how many, and how much.
SELECT step, reason, count(*) AS refunds, CAST(sum(amount) AS BIGINT) AS amount
FROM (
    SELECT DISTINCT
        refunds.id,
        CASE WHEN moved.to_word = 'due' THEN 'due' ELSE 'done' END AS step,
        refunds.reason,
        refunds.amount
    FROM events AS moved
    JOIN refunds ON refunds.order_id = moved.order_id
    WHERE moved.id >= $1
        AND moved.id <= $2
        AND moved.at >= $3
        AND moved.at < $4
        AND moved.what = 'refund'
        AND (
            (moved.to_word = 'due' AND moved.from_word IS NULL AND refunds.created_at = moved.at
                AND refunds.payment_id = moved.payment_id)
            OR (moved.to_word IN ('done', 'external') AND refunds.status = moved.to_word AND refunds.moved_at = moved.at)
        )
) AS of_period
GROUP BY step, reason
ORDER BY step, reason
