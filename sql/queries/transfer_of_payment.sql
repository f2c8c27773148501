-- The transfer that a payment came by, and the earlier one that looks the same.
SELECT bank_transfers.id, bank_transfers.same_as
FROM payments
JOIN bank_transfers ON bank_transfers.id = payments.transfer_id
WHERE payments.id = $1
