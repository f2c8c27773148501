-- A person asks no more about the tries that notifications have named at a payment, and that its gateway was asked about.
UPDATE named_tries
SET settled_at = $1
WHERE payment_id = $2 AND settled_at IS NULL AND tried_at IS NOT NULL
