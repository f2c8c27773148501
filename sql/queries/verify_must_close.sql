-- Payments that are still payable for a dead or paid order and are not marked to be closed, or the other way round.
SELECT
    orders.number AS order_number,
    payments.id AS payment,
    'the order is ' || orders.status || ', the payment is ' || payments.status || ', and it is '
        || CASE WHEN payments.must_close = 1 THEN 'marked to be closed' ELSE 'not marked to be closed' END AS what
FROM payments
JOIN orders ON orders.id = payments.order_id
WHERE payments.must_close <> CASE
    WHEN payments.status IN ('created', 'pending', 'challenged') AND orders.status <> 'pending' THEN 1
    ELSE 0
END
ORDER BY payments.id
LIMIT $1
