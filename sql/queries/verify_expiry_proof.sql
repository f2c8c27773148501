-- Expired orders without a rule that let them expire, and those whose gateways had not answered after the deadline.
-- Nobody asks about payments that were never the order's.
SELECT doubted.number AS order_number, doubted.payment, doubted.what
FROM (
    SELECT
        orders.number,
        NULL AS payment,
        'the order is expired, and no event says by what rule' AS what
    FROM orders
    WHERE orders.status = 'expired'
      AND NOT EXISTS (
          SELECT 1
          FROM events
          WHERE events.order_id = orders.id
            AND events.what = 'order'
            AND events.to_word = 'expired'
            AND (events.rule IN ('O3', 'O7', 'O7b') OR (events.rule = 'O1' AND events.actor = 'import'))
      )
    UNION ALL
    SELECT
        orders.number,
        payments.id AS payment,
        'the order is expired, and ' || payments.gateway
            || ' has answered no question that was asked after its deadline' AS what
    FROM orders
    JOIN payments ON payments.order_id = orders.id
    WHERE orders.status = 'expired'
      AND payments.gateway <> 'manual'
      AND COALESCE(payments.last_meaning, '') <> 'foreign'
      AND (payments.last_answered_at IS NULL OR payments.last_answered_at <= orders.expires_at)
      AND (
          SELECT events.rule
          FROM events
          WHERE events.order_id = orders.id AND events.what = 'order' AND events.to_word = 'expired'
          ORDER BY events.id DESC
          LIMIT 1
      ) IN ('O3', 'O7')
) AS doubted
LIMIT $1
