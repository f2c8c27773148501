-- Remembers a word by which an order is found.
INSERT INTO order_terms (term, order_id)
VALUES ($1, $2)
ON CONFLICT DO NOTHING
