-- Removes the written reasons from the refunds of a customer's orders; the kind of reason stays.
UPDATE refunds
SET why = $1, code = NULL, params = NULL
WHERE order_id IN (SELECT orders.id FROM orders WHERE orders.customer_id = $2)
