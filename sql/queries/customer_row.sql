-- What is stored of a customer.
SELECT customers.name, customers.email, customers.phone
FROM customers
WHERE customers.id = $1
