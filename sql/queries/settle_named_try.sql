-- Settles a named try of a payment that has answered a later query.
UPDATE named_tries
SET tried_at = $1, settled_at = $1
WHERE payment_id = $2
    AND transaction_id = $3
    AND settled_at IS NULL
    AND named_at <= $1
