-- All payments of an order, in the order in which they were opened.
-- No limit: a part of them would give a wrong balance.
SELECT * FROM payment_rows
WHERE order_id = $1
ORDER BY id
