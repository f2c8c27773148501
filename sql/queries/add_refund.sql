-- Adds a refund that is due, or one that the gateway made without payctl.
INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why, code, params)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $8, $9)
RETURNING id
