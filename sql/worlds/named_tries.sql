-- Every try that a notification named.
SELECT
    id,
    payment_id,
    transaction_id,
    absent_at,
    settled_at
FROM named_tries
ORDER BY id
