-- Whether a rule has already recorded exactly this reason for an order.
SELECT 1 AS noted
FROM events
WHERE events.order_id = $1 AND events.what = 'note' AND events.rule = $2 AND events.why = $3
