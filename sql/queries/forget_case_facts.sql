-- Removes the output of hooks from the cases of a customer's orders.
UPDATE cases
SET facts = $1, code = NULL, params = NULL
WHERE kind = 'not_fulfilled'
    AND order_id IN (SELECT orders.id FROM orders WHERE orders.customer_id = $2)
