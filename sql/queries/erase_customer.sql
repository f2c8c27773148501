-- Takes a person's name and addresses out of the books; the orders stay.
UPDATE customers
SET name = NULL, email = NULL, phone = NULL, erased_at = $1
WHERE id = $2
