-- Queues an effect that is due at once.
INSERT INTO effects (
    key, order_id, refund_id, case_id, occasion, hook, nth, kind, repeatable, status, next_try_at, created_at, moved_at
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $11)
