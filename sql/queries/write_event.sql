-- Adds one event to the audit log.
INSERT INTO events (order_id, payment_id, at, actor, what, from_word, to_word, rule, amount, why, code, params)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
