-- The rows that several queries return, each described once. They belong to payctl: other programs read the overviews.
-- What comes from other tables is looked up in the row itself, so that a query over a view keeps the indexes of its table.
CREATE VIEW payment_rows AS
SELECT
    id, order_id, gateway, reference, transaction_id, origin, status, amount, payable, method, on_page, token,
    expires_at, raw_status, seen, received, surcharge, received_at, reversible, refunded, charged_back, denied_since,
    last_meaning, moved_at, check_phase, check_step, next_check_at, last_asked_at, last_answered_at, checks, version,
    close_tried_at, close_tries, close_answer, created_at, imposed_fee, shown_refunded, less_back_since, less_refunded,
    less_charged_back, excess_told, api_version, reference_due, must_close
FROM payments;

-- A payment to query, with its order, and whether notifications have named tries of it that are still unanswered.
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

CREATE VIEW order_rows AS
SELECT
    id, number, status, total, waived, created_at, expires_at, version,
    (SELECT customers.name FROM customers WHERE customers.id = orders.customer_id) AS customer_name,
    (SELECT CAST(COALESCE(sum(order_lines.quantity), 0) AS BIGINT)
       FROM order_lines WHERE order_lines.order_id = orders.id) AS units,
    (SELECT CAST(count(*) AS BIGINT)
       FROM payments WHERE payments.order_id = orders.id) AS payments,
    (SELECT CAST(COALESCE(sum(payments.received), 0) AS BIGINT)
       FROM payments WHERE payments.order_id = orders.id AND payments.status IN ('paid', 'mismatch')) AS received,
    (SELECT CAST(COALESCE(sum(payments.refunded + payments.charged_back), 0) AS BIGINT)
       FROM payments WHERE payments.order_id = orders.id) AS gone_back,
    (SELECT CAST(count(*) AS BIGINT)
       FROM cases WHERE cases.order_id = orders.id AND cases.resolved_at IS NULL) AS open_cases,
    (SELECT asked_amounts.amount FROM asked_amounts WHERE asked_amounts.order_id = orders.id) AS asked
FROM orders;

CREATE VIEW case_rows AS
SELECT
    id, kind, order_id,
    (SELECT orders.number FROM orders WHERE orders.id = cases.order_id) AS number,
    payment_id, gateway, rule, facts, code, params, opened_at, resolved_at, resolution, resolved_by, reason,
    reason_code, reason_params
FROM cases;

CREATE VIEW refund_rows AS
SELECT
    id,
    (SELECT orders.number FROM orders WHERE orders.id = refunds.order_id) AS number,
    payment_id,
    (SELECT payments.gateway FROM payments WHERE payments.id = refunds.payment_id) AS gateway,
    status, reason, amount, declined,
    (SELECT bank_transfers.reference
       FROM bank_transfers WHERE bank_transfers.id = refunds.transfer_id) AS bank_reference,
    created_at, moved_at, why, code, params
FROM refunds;

CREATE VIEW effect_rows AS
SELECT
    id, key, order_id, refund_id, case_id, occasion, hook, nth, kind, repeatable, status, tries, next_try_at,
    claimed_at, last_error, version, claimed_host, claimed_until
FROM effects;

CREATE VIEW ticket_rows AS
SELECT
    tickets.id, tickets.code, order_lines.order_id,
    (SELECT orders.number FROM orders WHERE orders.id = order_lines.order_id) AS number,
    products.sku, products.name, tickets.unit, tickets.issued_at, tickets.suspended_at, tickets.revoked_at,
    tickets.redeemed_at, tickets.redeemed_by, order_lines.id AS order_line_id
FROM tickets
JOIN order_lines ON order_lines.id = tickets.order_line_id
JOIN products ON products.id = order_lines.product_id;

CREATE VIEW access_rows AS
SELECT
    grants.id, order_lines.order_id,
    (SELECT orders.number FROM orders WHERE orders.id = order_lines.order_id) AS number,
    products.sku,
    (SELECT customers.email
       FROM orders JOIN customers ON customers.id = orders.customer_id
      WHERE orders.id = order_lines.order_id) AS email,
    grants.seconds, grants.issued_at, grants.starts_at, grants.ends_at, grants.suspended_at, grants.revoked_at
FROM grants
JOIN order_lines ON order_lines.id = grants.order_line_id
JOIN products ON products.id = order_lines.product_id;
