-- Stores what a gateway said about a payment.
INSERT INTO observations (payment_id, asked_at, written_at, meaning, raw_status, body)
VALUES ($1, $2, $3, $4, $5, $6)
