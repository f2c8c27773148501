-- Forgets by what an order was found.
DELETE FROM order_terms
WHERE order_id = $1
