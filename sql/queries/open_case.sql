-- Opens a case, unless the same one is open.
INSERT INTO cases (kind, order_id, payment_id, gateway, subject, rule, facts, code, params, opened_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT DO NOTHING
RETURNING id
