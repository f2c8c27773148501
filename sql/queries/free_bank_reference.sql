-- Lets the bank's reference of a withdrawn approval be used again.
UPDATE payments
SET bank_reference = NULL
WHERE id = $1
