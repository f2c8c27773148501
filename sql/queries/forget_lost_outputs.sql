-- Removes what effects of a lost life said about the orders of a customer.
UPDATE lost_effects
SET output = NULL, output_cut = 0
WHERE output IS NOT NULL
    AND order_id IN (SELECT orders.id FROM orders WHERE orders.customer_id = $1)
