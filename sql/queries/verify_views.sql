-- Reads one row of every view, to check that each can be read.
SELECT NULL AS order_number, NULL AS payment, 'the views give no count' AS what
WHERE (SELECT count(*) FROM (SELECT * FROM order_overview LIMIT 1) AS one_order)
    + (SELECT count(*) FROM (SELECT * FROM payment_overview LIMIT 1) AS one_payment)
    + (SELECT count(*) FROM (SELECT * FROM event_overview LIMIT 1) AS one_event) IS NULL
LIMIT $1
