-- Removes a customer of whom no order is left; that somebody was erased stays.
DELETE FROM customers
WHERE id = $1
    AND erased_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM orders WHERE orders.customer_id = customers.id)
