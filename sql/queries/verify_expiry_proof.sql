-- Expired orders without a rule that expired them, and those whose gateways had not answered after the deadline.
-- Payments that never belonged to the order, and those that joined it after its end, need no answer.
SELECT doubted.number AS order_number, doubted.payment, doubted.what
FROM (
    SELECT
        orders.number,
        NULL AS payment,
        'the order is expired, but no event names a rule' AS what
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
        'the order is expired, but ' || payments.gateway
            || ' has answered no query sent after the deadline' AS what
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
      AND NOT EXISTS (
          SELECT 1
          FROM events AS joined
          WHERE joined.payment_id = payments.id
            AND joined.what = 'payment'
            AND joined.from_word IS NULL
            AND joined.id > (
                SELECT max(ended.id)
                FROM events AS ended
                WHERE ended.order_id = orders.id AND ended.what = 'order' AND ended.to_word = 'expired'
            )
      )
    UNION ALL
    -- From before payctl checked it: a "not found" of an account that did not know its other payments either.
    SELECT
        orders.number,
        payments.id AS payment,
        'the order expired because of a "not found" from ' || payments.gateway
            || ', which at that time did not know payments it had known before' AS what
    FROM gateways
    JOIN payments ON payments.gateway = gateways.name
    JOIN orders ON orders.id = payments.order_id
    JOIN events ON events.order_id = orders.id AND events.what = 'order' AND events.to_word = 'expired'
    WHERE gateways.guarded_after > 0
      AND events.id <= gateways.guarded_after
      AND events.rule = 'O3'
      AND orders.status = 'expired'
      AND payments.seen = 0
      AND substr(payments.last_meaning, 1, 11) = 'not_started'
      AND EXISTS (
          SELECT 1
          FROM payments AS forgotten
          JOIN observations ON observations.payment_id = forgotten.id
          WHERE forgotten.gateway = gateways.name
            AND forgotten.seen = 1
            AND substr(observations.meaning, 1, 11) = 'not_started'
            AND NOT EXISTS (
                SELECT 1
                FROM payments AS known
                WHERE known.gateway = gateways.name
                  AND known.seen = 1
                  AND (
                      EXISTS (
                          SELECT 1
                          FROM observations AS told
                          WHERE told.payment_id = known.id
                            AND substr(told.meaning, 1, 11) <> 'not_started'
                            AND (told.asked_at BETWEEN events.at AND observations.asked_at
                                OR told.asked_at BETWEEN observations.asked_at AND events.at)
                      )
                      OR (
                          (known.last_answered_at >= events.at OR known.last_answered_at >= observations.asked_at)
                          AND NOT EXISTS (
                              SELECT 1
                              FROM observations AS denied
                              WHERE denied.payment_id = known.id AND substr(denied.meaning, 1, 11) = 'not_started'
                          )
                      )
                  )
            )
      )
) AS doubted
LIMIT $1
