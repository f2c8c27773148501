-- Removes a customer's name and addresses; the orders stay.
UPDATE customers
SET name = NULL, email = NULL, phone = NULL, erased_at = $1
WHERE id = $2
