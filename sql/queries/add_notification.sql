-- Stores a notification that arrives for the first time.
INSERT INTO notifications (
    gateway, payment_id, received_at, digest, verdict, body, claims_money, transaction_id, reference, tie_method, tie_amount,
    stated_amount, remote_address, headers
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
