-- Adds an order in its first state.
INSERT INTO orders (
    number, customer_id, status, total, created_at, expires_at, moved_at, session_token, import_digest, version,
    life
)
VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
    (SELECT file_life.life FROM file_life WHERE file_life.id = 1)
)
RETURNING id
