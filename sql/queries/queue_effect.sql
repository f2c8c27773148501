-- Queues an effect that is due at once.
INSERT INTO effects (
    key, order_id, refund_id, case_id, occasion, hook, nth, kind, repeatable, status, next_try_at, created_at, moved_at
)
VALUES (
    $1 || COALESCE(
        (SELECT '-' || orders.life FROM orders WHERE orders.id = $2),
        (SELECT '-' || file_life.life FROM file_life WHERE file_life.id = 1 AND $2 IS NULL),
        ''
    ),
    $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $11
)
