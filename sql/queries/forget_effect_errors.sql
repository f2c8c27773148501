-- Removes the errors from the effects of a customer's orders: a hook may have named the person.
UPDATE effects
SET last_error = NULL
WHERE last_error IS NOT NULL
    AND order_id IN (SELECT orders.id FROM orders WHERE orders.customer_id = $1)
