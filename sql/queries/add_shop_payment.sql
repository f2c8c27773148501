-- Adds a payment that the shop opened at a gateway itself.
INSERT INTO payments (
    order_id, gateway, reference, origin, status, amount, fee, payable, method, on_page, token, created_at,
    expires_at, moved_at, seen, received, surcharge, received_at, check_phase, next_check_at, version,
    transaction_id, api_version
)
VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,
    $13, $14, $15, $16, $17, $18, $19, $20, $21,
    $22, $23
)
RETURNING id
