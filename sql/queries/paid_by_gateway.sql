-- Payments that first became paid between two moments, by gateway: how many, how much, and by what payctl learned of it.
SELECT
    gateway,
    count(*) AS payments,
    CAST(sum(received) AS BIGINT) AS received,
    CAST(sum(fee) AS BIGINT) AS fee,
    CAST(sum(surcharge) AS BIGINT) AS surcharge,
    sum(CASE WHEN by_person = 0 AND told_at <= at THEN 1 ELSE 0 END) AS told_first,
    sum(CASE WHEN by_person = 0 AND told_at > at THEN 1 ELSE 0 END) AS told_later,
    sum(CASE WHEN by_person = 0 AND told_at IS NULL THEN 1 ELSE 0 END) AS never_told,
    sum(by_person) AS by_person,
    CAST(sum(CASE WHEN by_person = 0 AND told_at <= at THEN received ELSE 0 END) AS BIGINT) AS received_told,
    CAST(sum(CASE WHEN by_person = 0 AND (told_at IS NULL OR told_at > at) THEN received ELSE 0 END) AS BIGINT) AS received_found
FROM (
    SELECT
        payments.gateway,
        payments.received,
        COALESCE(payments.fee, 0) AS fee,
        payments.surcharge,
        paid.at,
        CASE WHEN paid.actor LIKE 'operator:%' THEN 1 ELSE 0 END AS by_person,
        (SELECT min(notifications.received_at)
           FROM notifications
          WHERE notifications.payment_id = paid.payment_id AND notifications.claims_money = 1) AS told_at
    FROM first_paid_rows AS paid
    JOIN payments ON payments.id = paid.payment_id
    WHERE paid.id >= $1
        AND paid.id <= $2
        AND paid.at >= $3
        AND paid.at < $4
) AS of_period
GROUP BY gateway
ORDER BY gateway
