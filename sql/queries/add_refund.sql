-- Writes down money that must go back, or that has gone back without us.
INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
RETURNING id
