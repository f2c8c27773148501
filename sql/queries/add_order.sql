-- Adds an order in its first state.
INSERT INTO orders (
    number, customer_id, status, total, created_at, expires_at, moved_at, session_token, import_digest, version
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
RETURNING id
