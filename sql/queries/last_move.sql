-- Which rule moved a payment last, and when.
SELECT events.rule, events.at
FROM events
WHERE events.payment_id = $1
  AND events.what = 'payment'
  AND events.rule IS NOT NULL
ORDER BY events.id DESC
LIMIT 1
