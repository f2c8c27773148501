-- Writes down who ordered.
INSERT INTO customers (email, phone, name)
VALUES ($1, $2, $3)
RETURNING id
