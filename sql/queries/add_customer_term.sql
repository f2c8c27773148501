-- Remembers a word by which the orders of a customer are found.
INSERT INTO customer_terms (term, kind, customer_id)
VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
