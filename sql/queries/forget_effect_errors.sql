-- Removes what hooks said from the effects of a customer's orders: they may have named the person.
UPDATE effects
SET last_error = NULL, output = NULL, output_cut = 0
WHERE (last_error IS NOT NULL OR output IS NOT NULL)
    AND order_id IN (SELECT orders.id FROM orders WHERE orders.customer_id = $1)
