-- Unlinks a payment from its transfer after its approval was withdrawn.
UPDATE payments
SET transfer_id = NULL
WHERE id = $1
