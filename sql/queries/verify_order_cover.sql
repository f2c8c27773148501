-- Paid orders without enough cover that no case mentions, and pending orders with enough cover.
SELECT
    covered.number AS order_number,
    NULL AS payment,
    'the order is ' || covered.status || ', with ' || covered.cover || ' of ' || covered.total || ' covered' AS what
FROM (
    SELECT
        orders.id,
        orders.number,
        orders.status,
        orders.total,
        orders.waived + (
            SELECT CAST(COALESCE(sum(
                CASE WHEN payments.received - payments.surcharge - payments.charged_back > 0
                     THEN payments.received - payments.surcharge - payments.charged_back
                     ELSE 0 END), 0) AS BIGINT)
            FROM payments
            WHERE payments.order_id = orders.id
              AND payments.status = 'paid'
              AND payments.received > payments.charged_back + (
                  SELECT CAST(COALESCE(sum(refunds.amount), 0) AS BIGINT)
                  FROM refunds
                  WHERE refunds.payment_id = payments.id AND refunds.status NOT IN ('failed', 'rejected')
              )
        ) AS cover
    FROM orders
    WHERE orders.status IN ('pending', 'paid', 'fulfilled')
) AS covered
WHERE (covered.status = 'pending' AND covered.cover >= covered.total)
   OR (covered.status <> 'pending' AND covered.cover < covered.total AND NOT EXISTS (
       -- Open, or closed by a person who knew about it.
       SELECT 1
       FROM cases
       WHERE cases.order_id = covered.id
         AND cases.kind = 'money_lost'
         AND (cases.resolved_at IS NULL OR cases.resolution <> 'settled')
   ))
ORDER BY covered.id
LIMIT $1
