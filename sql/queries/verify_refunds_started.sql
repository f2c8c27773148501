-- Payments for which payctl started more refunds than there was money.
-- A later chargeback is the gateway's responsibility.
SELECT
    orders.number AS order_number,
    payments.id AS payment,
    'refunds of ' || started.amount || ' were started; ' || payments.received || ' received and '
        || payments.charged_back || ' charged back' AS what
FROM (
    SELECT
        refunds.payment_id,
        CAST(sum(refunds.amount) AS BIGINT) AS amount,
        max(refunds.created_at) AS latest_at
    FROM refunds
    WHERE refunds.status IN ('due', 'approved', 'sent', 'unknown', 'done')
    GROUP BY refunds.payment_id
) AS started
JOIN payments ON payments.id = started.payment_id
LEFT JOIN orders ON orders.id = payments.order_id
WHERE started.amount > payments.received
   OR (started.amount > payments.received - payments.charged_back AND started.latest_at > COALESCE((
       SELECT max(events.at)
       FROM events
       WHERE events.payment_id = payments.id AND events.what = 'payment' AND events.rule = 'P16'
   ), started.latest_at - 1))
LIMIT $1
