-- A withdrawn approval came by no transfer.
UPDATE payments
SET transfer_id = NULL
WHERE id = $1
