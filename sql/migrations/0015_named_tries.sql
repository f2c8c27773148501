-- A try at a payment that a verified notification has named by the gateway's own id, and that stood under no payment here: it is
-- asked about until it has answered itself. `method` and `amount` are there where a signed success ties it to the payment.
CREATE TABLE named_tries (
    id INTEGER PRIMARY KEY,
    payment_id INTEGER NOT NULL REFERENCES payments (id),
    transaction_id TEXT NOT NULL,
    named_at INTEGER NOT NULL,
    method TEXT,
    amount INTEGER CHECK (amount >= 0),
    tried_at INTEGER,
    absent_at INTEGER,
    settled_at INTEGER,
    UNIQUE (payment_id, transaction_id)
) STRICT;
CREATE INDEX named_tries_open ON named_tries (payment_id, id) WHERE settled_at IS NULL;
CREATE INDEX named_tries_by_transaction_id ON named_tries (transaction_id);

-- What came before its order was known here: by which reference, and what ties its try to it.
ALTER TABLE notifications ADD COLUMN reference TEXT;
ALTER TABLE notifications ADD COLUMN tie_method TEXT;
ALTER TABLE notifications ADD COLUMN tie_amount INTEGER CHECK (tie_amount >= 0);
CREATE INDEX notifications_before_order ON notifications (gateway, reference) WHERE payment_id IS NULL AND reference IS NOT NULL;

INSERT INTO case_kinds (word) VALUES ('unknown_try');

-- A closed try may hide another under the same reference: it is looked for once more although the order is over.
ALTER TABLE payments ADD COLUMN reference_due INTEGER NOT NULL DEFAULT 0 CHECK (reference_due IN (0, 1));

-- What was told until now and never asked about: of orders that wait, or moved at most 30 days before the file was last used.
CREATE TEMP TABLE recent_orders AS
SELECT orders.id
FROM orders
WHERE orders.status = 'pending'
    OR orders.moved_at >= (SELECT COALESCE(max(events.at), 0) FROM events) - 2592000000;

INSERT INTO named_tries (payment_id, transaction_id, named_at, method, amount)
SELECT
    notifications.payment_id,
    notifications.transaction_id,
    max(notifications.received_at),
    max(CASE WHEN tied.is_tied = 1 THEN tied.method END),
    max(CASE WHEN tied.is_tied = 1 THEN CAST(tied.gross AS INTEGER) END)
FROM notifications
JOIN payments ON payments.id = notifications.payment_id
JOIN recent_orders ON recent_orders.id = payments.order_id
JOIN (
    SELECT
        told.id,
        CASE json_extract(told.body, '$.payment_type')
            WHEN 'bank_transfer' THEN NULL
            WHEN 'cstore' THEN lower(json_extract(told.body, '$.store'))
            WHEN 'permata' THEN 'permata_va'
            ELSE lower(json_extract(told.body, '$.payment_type'))
        END AS method,
        CAST(json_extract(told.body, '$.gross_amount') AS TEXT) AS gross,
        CASE
            WHEN CAST(json_extract(told.body, '$.status_code') AS TEXT) = '200'
                AND CAST(json_extract(told.body, '$.order_id') AS TEXT) = named.reference
                AND upper(COALESCE(json_extract(told.body, '$.currency'), 'IDR')) = 'IDR'
                AND CAST(json_extract(told.body, '$.gross_amount') AS TEXT) NOT GLOB '*[^0-9.]*'
                AND CAST(json_extract(told.body, '$.gross_amount') AS TEXT) NOT GLOB '*.*[1-9]*'
            THEN 1
            ELSE 0
        END AS is_tied
    FROM (SELECT id, payment_id, CASE WHEN json_valid(body) THEN body ELSE '{}' END AS body FROM notifications) AS told
    JOIN payments AS named ON named.id = told.payment_id
) AS tied ON tied.id = notifications.id
WHERE notifications.transaction_id IS NOT NULL
    AND notifications.verdict IN ('verified', 'differs')
    AND NOT EXISTS (
        SELECT 1
        FROM payments AS known
        WHERE known.order_id = payments.order_id
            AND known.gateway = payments.gateway
            AND known.transaction_id = notifications.transaction_id
    )
GROUP BY notifications.payment_id, notifications.transaction_id;

UPDATE named_tries
SET method = NULL, amount = NULL
WHERE method IS NULL OR amount IS NULL;

UPDATE payments
SET next_check_at = moved_at
WHERE id IN (SELECT named_tries.payment_id FROM named_tries);

-- The reference of closed tries was not asked by. While their order waits, that is part of their proof.
UPDATE payments
SET last_answered_at = (
    SELECT CASE WHEN payments.last_answered_at > orders.expires_at THEN orders.expires_at ELSE payments.last_answered_at END
    FROM orders
    WHERE orders.id = payments.order_id
)
WHERE transaction_id IS NOT NULL
    AND status IN ('failed', 'cancelled', 'expired')
    AND order_id IN (SELECT orders.id FROM orders WHERE orders.status = 'pending');

UPDATE payments
SET reference_due = 1, next_check_at = COALESCE(next_check_at, moved_at)
WHERE transaction_id IS NOT NULL
    AND on_page = 0
    AND gateway <> 'manual'
    AND COALESCE(last_meaning, '') <> 'foreign'
    AND status IN ('failed', 'cancelled', 'expired')
    AND order_id IN (SELECT orders.id FROM orders WHERE orders.status IN ('expired', 'cancelled'))
    AND order_id IN (SELECT recent_orders.id FROM recent_orders);

DROP TABLE recent_orders;
