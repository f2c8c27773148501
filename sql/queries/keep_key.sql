-- Stores the idempotency key of a payment's opening, under which repeating the call is harmless.
UPDATE payments
SET idempotency_key = $1
WHERE id = $2
