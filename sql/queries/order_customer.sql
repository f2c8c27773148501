-- The customer of an order, and whether its money came late.
SELECT customers.name, customers.email, customers.phone, orders.is_late, orders.customer_id
FROM orders
LEFT JOIN customers ON customers.id = orders.customer_id
WHERE orders.id = $1
