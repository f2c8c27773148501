-- Whether just this was written down of an order by a rule.
SELECT 1
FROM events
WHERE events.order_id = $1 AND events.what = 'note' AND events.rule = $2 AND events.why = $3
