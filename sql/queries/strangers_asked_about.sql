-- Marks a gateway's notifications about money under unknown references as reported in a case.
UPDATE notifications
SET asked_about_at = $1
WHERE gateway = $2
    AND verdict = 'unknown_order'
    AND claims_money = 1
    AND payment_id IS NULL
    AND asked_about_at IS NULL
    AND received_at < $3
