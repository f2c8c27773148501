-- Takes out of the refunds of a customer's orders what was written about them; their kind stays.
UPDATE refunds
SET why = $1
WHERE order_id IN (SELECT orders.id FROM orders WHERE orders.customer_id = $2)
