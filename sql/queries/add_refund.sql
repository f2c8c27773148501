-- Adds a refund that is due, or one that the gateway made without payctl.
INSERT INTO refunds (order_id, payment_id, status, reason, amount, created_at, moved_at, why, code, params, life)
VALUES (
    $1, $2, $3, $4, $5, $6, $6, $7, $8, $9,
    (SELECT file_life.life FROM file_life WHERE file_life.id = 1)
)
RETURNING id
