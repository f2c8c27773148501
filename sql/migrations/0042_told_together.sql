-- Since when a payment has had no answer: the first question in a row without one. The views have it, too.
ALTER TABLE payments ADD COLUMN silent_since INTEGER;

DROP VIEW due_payment_rows;
DROP VIEW payment_rows;
CREATE VIEW payment_rows AS
SELECT
    id, order_id, gateway, reference, transaction_id, origin, status, amount, payable, method, on_page, token,
    expires_at, raw_status, seen, received, surcharge, received_at, reversible, refunded, charged_back, denied_since,
    last_meaning, moved_at, check_phase, check_step, next_check_at, last_asked_at, last_answered_at, silent_since, checks,
    version, close_tried_at, close_tries, close_answer, created_at, imposed_fee, shown_refunded, less_back_since,
    less_refunded, less_charged_back, excess_told, api_version, reference_due, must_close
FROM payments;
CREATE VIEW due_payment_rows AS
SELECT
    payment_rows.*,
    orders.number AS order_number,
    orders.status AS order_status,
    EXISTS (
        SELECT 1 FROM named_tries WHERE named_tries.payment_id = payment_rows.id AND named_tries.settled_at IS NULL
    ) AS has_named
FROM payment_rows
JOIN orders ON orders.id = payment_rows.order_id;

-- When a mail last named something new, in one row: cases that come soon after are collected for the next.
CREATE TABLE last_mail (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    told_at INTEGER NOT NULL
) STRICT;

-- How long the slowest answer of the last run took.
ALTER TABLE gateways ADD COLUMN slowest_ms INTEGER;
