-- Events of a customer's orders that quote the output of hooks.
SELECT events.id, events.why
FROM orders
JOIN events ON events.order_id = orders.id
WHERE orders.customer_id = $1
    AND (
        (events.what = 'effect' AND events.rule IN ('E3', 'E4', 'E6', 'E7', 'E9'))
        OR (events.what = 'case_opened' AND events.to_word = 'not_fulfilled')
    )
ORDER BY events.id
