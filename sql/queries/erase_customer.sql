-- Removes a customer's name and addresses; the orders stay.
UPDATE customers
SET name = NULL, email = NULL, phone = NULL, has_words = 0, erased_at = $1
WHERE id = $2
