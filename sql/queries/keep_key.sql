-- The key of a payment's opening, under which a repetition of the call is harmless.
UPDATE payments
SET idempotency_key = $1
WHERE id = $2
