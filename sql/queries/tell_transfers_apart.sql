-- Records that, as a person says, the transfers of a payment and its refunds differ from the ones they look like.
UPDATE bank_transfers
SET told_apart = 1
WHERE same_as IS NOT NULL
    AND id IN (
        SELECT transfer_id FROM payments WHERE payments.id = $1
        UNION ALL
        SELECT transfer_id FROM refunds WHERE refunds.payment_id = $1
    )
