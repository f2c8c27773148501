-- Forgets by what the orders of a customer were found.
DELETE FROM customer_terms
WHERE customer_id = $1
