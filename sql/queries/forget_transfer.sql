-- Deletes a transfer that no longer pays anything, so that it may be booked again.
DELETE FROM bank_transfers
WHERE id = $1
    AND NOT EXISTS (SELECT 1 FROM payments WHERE payments.transfer_id = bank_transfers.id)
    AND NOT EXISTS (SELECT 1 FROM refunds WHERE refunds.transfer_id = bank_transfers.id)
    AND NOT EXISTS (SELECT 1 FROM bank_transfers AS later WHERE later.same_as = bank_transfers.id)
