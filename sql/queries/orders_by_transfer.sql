-- Orders with money by bank transfers of this direction whose reference lies between two texts.
SELECT
    COALESCE(
        (SELECT payments.order_id FROM payments WHERE payments.transfer_id = bank_transfers.id ORDER BY payments.id LIMIT 1),
        (SELECT refunds.order_id FROM refunds WHERE refunds.transfer_id = bank_transfers.id ORDER BY refunds.id LIMIT 1)
    ) AS order_id,
    bank_transfers.reference_key
FROM bank_transfers
WHERE bank_transfers.direction = $1
    AND bank_transfers.reference_key >= $2
    AND bank_transfers.reference_key < $3
    AND bank_transfers.same_as IS NULL
ORDER BY bank_transfers.reference_key DESC
LIMIT $4
