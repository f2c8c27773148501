-- Stores a try that a notification has named; if it was stored before, it must be queried again.
INSERT INTO named_tries (payment_id, transaction_id, named_at, method, amount)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (payment_id, transaction_id) DO UPDATE
SET named_at = excluded.named_at,
    method = COALESCE(excluded.method, named_tries.method),
    amount = COALESCE(excluded.amount, named_tries.amount),
    absent_at = NULL,
    settled_at = NULL
