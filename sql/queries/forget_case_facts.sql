-- Takes out of the cases of a customer's orders what hooks have said.
UPDATE cases
SET facts = $1
WHERE kind = 'not_fulfilled'
    AND order_id IN (SELECT orders.id FROM orders WHERE orders.customer_id = $2)
