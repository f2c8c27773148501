-- Adds a payment that was found: the customer's new try on a page, or money that came past the gateways.
INSERT INTO payments (
    order_id, gateway, reference, transaction_id, origin, status, amount, payable, method, on_page, token,
    created_at, expires_at, moved_at, raw_status, seen, received, surcharge, received_at, reversible, refunded,
    charged_back, denied_since, last_meaning, check_phase, check_step, next_check_at, last_asked_at,
    last_answered_at, checks, version, transfer_id, imposed_fee,
    shown_refunded, api_version
)
VALUES (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
    $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
    $22, $23, $24, $25, $26, $27, $28,
    $29, $30, $31, $32, $33,
    $34, $35
)
RETURNING id
