-- Adds a customer.
INSERT INTO customers (email, phone, name)
VALUES ($1, $2, $3)
RETURNING id
