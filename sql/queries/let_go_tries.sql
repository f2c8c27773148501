-- Settles the named and queried tries of a payment that a person has looked up.
UPDATE named_tries
SET settled_at = $1
WHERE payment_id = $2 AND settled_at IS NULL AND tried_at IS NOT NULL
