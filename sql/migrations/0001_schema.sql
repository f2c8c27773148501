-- The whole schema of payctl: what is sold, who wants it, how it is paid, what became of it.
-- Instants are milliseconds since 1970 UTC; amounts are whole rupiah. Words live in lookup tables.

CREATE TABLE order_statuses (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO order_statuses (word) VALUES ('pending'), ('paid'), ('fulfilled'), ('expired'), ('cancelled'), ('refunded');

CREATE TABLE payment_statuses (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO payment_statuses (word) VALUES
    ('created'), ('pending'), ('challenged'), ('paid'), ('mismatch'), ('failed'), ('cancelled'), ('expired'), ('reversed');

CREATE TABLE payment_origins (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO payment_origins (word) VALUES ('payctl'), ('shop'), ('page');

CREATE TABLE check_phases (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO check_phases (word) VALUES ('open'), ('overdue'), ('watch'), ('doubt'), ('money'), ('silent');

CREATE TABLE reservations (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO reservations (word) VALUES ('held'), ('sold'), ('released'), ('returned');

CREATE TABLE late_money_rules (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO late_money_rules (word) VALUES ('accept'), ('refund');

CREATE TABLE access_starts (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO access_starts (word) VALUES ('payment'), ('first_use');

CREATE TABLE refund_statuses (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO refund_statuses (word) VALUES
    ('due'), ('approved'), ('sent'), ('unknown'), ('done'), ('failed'), ('rejected'), ('external');

CREATE TABLE refund_reasons (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO refund_reasons (word) VALUES ('excess'), ('double'), ('late'), ('person'), ('gateway');

CREATE TABLE case_kinds (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO case_kinds (word) VALUES
    ('amount_mismatch'), ('challenged'), ('forgotten_by_gateway'), ('gateway_contradiction'), ('chargeback'),
    ('unknown_status'), ('unproven_gateway'), ('underpaid'), ('late_payment'), ('double_payment'),
    ('not_fulfilled'), ('money_lost'), ('cannot_close'), ('refund_unknown');

CREATE TABLE effect_statuses (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO effect_statuses (word) VALUES
    ('queued'), ('running'), ('waiting'), ('done'), ('dead'), ('cancelled'), ('uncertain');

-- A sku. The CHECK is what refuses to oversell, whatever any program believes.
CREATE TABLE products (
    id INTEGER PRIMARY KEY,
    sku TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    price INTEGER NOT NULL CHECK (price >= 0),
    capacity INTEGER CHECK (capacity >= 0),
    held INTEGER NOT NULL DEFAULT 0,
    sold INTEGER NOT NULL DEFAULT 0,
    access_seconds INTEGER CHECK (access_seconds > 0),
    access_from TEXT NOT NULL DEFAULT 'payment' REFERENCES access_starts (word),
    issues_tickets INTEGER NOT NULL DEFAULT 0 CHECK (issues_tickets IN (0, 1)),
    resaleable INTEGER NOT NULL DEFAULT 1 CHECK (resaleable IN (0, 1)),
    late_money TEXT NOT NULL DEFAULT 'accept' REFERENCES late_money_rules (word),
    CHECK (held >= 0 AND sold >= 0 AND held + sold <= capacity)
) STRICT;

-- Personal data lives here and nowhere else, so that it can be erased.
CREATE TABLE customers (
    id INTEGER PRIMARY KEY,
    name TEXT,
    email TEXT,
    phone TEXT,
    erased_at INTEGER
) STRICT;
CREATE INDEX customers_by_contact ON customers (email, phone, name);

CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    number TEXT NOT NULL UNIQUE,
    customer_id INTEGER REFERENCES customers (id),
    status TEXT NOT NULL REFERENCES order_statuses (word),
    total INTEGER NOT NULL CHECK (total >= 0),
    waived INTEGER NOT NULL DEFAULT 0 CHECK (waived >= 0),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    moved_at INTEGER NOT NULL,
    is_late INTEGER NOT NULL DEFAULT 0 CHECK (is_late IN (0, 1)),
    session_token TEXT NOT NULL UNIQUE,
    import_digest TEXT,
    last_tried_at INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX orders_by_deadline ON orders (expires_at) WHERE status = 'pending';
CREATE INDEX orders_by_customer ON orders (customer_id) WHERE customer_id IS NOT NULL;

CREATE TABLE order_lines (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    product_id INTEGER NOT NULL REFERENCES products (id),
    quantity INTEGER NOT NULL CHECK (quantity > 0),
    unit_price INTEGER NOT NULL CHECK (unit_price >= 0),
    reservation TEXT NOT NULL REFERENCES reservations (word)
) STRICT;
CREATE INDEX order_lines_by_order ON order_lines (order_id);
CREATE INDEX order_lines_by_product ON order_lines (product_id);

-- One row per account: what it has shown of itself. An account that never answered proves nothing.
CREATE TABLE gateways (
    name TEXT PRIMARY KEY,
    first_answer_at INTEGER,
    last_answer_at INTEGER,
    silent_since INTEGER,
    last_error TEXT,
    last_error_at INTEGER,
    clock_difference_ms INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE payments (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    gateway TEXT NOT NULL REFERENCES gateways (name),
    reference TEXT NOT NULL,
    transaction_id TEXT,
    origin TEXT NOT NULL REFERENCES payment_origins (word),
    status TEXT NOT NULL REFERENCES payment_statuses (word),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    fee INTEGER CHECK (fee >= 0),
    payable INTEGER NOT NULL CHECK (payable >= 0),
    method TEXT,
    on_page INTEGER NOT NULL CHECK (on_page IN (0, 1)),
    token TEXT,
    page_url TEXT,
    qr_text TEXT,
    number TEXT,
    idempotency_key TEXT UNIQUE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    moved_at INTEGER NOT NULL,
    raw_status TEXT,
    seen INTEGER NOT NULL DEFAULT 0 CHECK (seen IN (0, 1)),
    received INTEGER NOT NULL DEFAULT 0 CHECK (received >= 0),
    surcharge INTEGER NOT NULL DEFAULT 0 CHECK (surcharge >= 0),
    received_at INTEGER,
    reversible INTEGER NOT NULL DEFAULT 0 CHECK (reversible IN (0, 1)),
    refunded INTEGER NOT NULL DEFAULT 0 CHECK (refunded >= 0),
    charged_back INTEGER NOT NULL DEFAULT 0 CHECK (charged_back >= 0),
    denied_since INTEGER,
    last_meaning TEXT,
    must_close INTEGER NOT NULL DEFAULT 0 CHECK (must_close IN (0, 1)),
    close_tries INTEGER NOT NULL DEFAULT 0,
    close_tried_at INTEGER,
    check_phase TEXT NOT NULL REFERENCES check_phases (word),
    check_step INTEGER NOT NULL DEFAULT 0,
    next_check_at INTEGER,
    last_asked_at INTEGER NOT NULL DEFAULT 0,
    last_answered_at INTEGER,
    checks INTEGER NOT NULL DEFAULT 0,
    bank_reference TEXT UNIQUE,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE UNIQUE INDEX payments_by_try ON payments (gateway, reference, COALESCE(transaction_id, ''));
CREATE INDEX payments_by_order ON payments (order_id);
-- What is still to be asked: by whom least recently asked, and by when it is due.
CREATE INDEX payments_to_ask ON payments (gateway, last_asked_at, id) WHERE next_check_at IS NOT NULL;
CREATE INDEX payments_due ON payments (gateway, next_check_at, id) WHERE next_check_at IS NOT NULL;
-- What can still be paid although its order is not waiting for money any more.
CREATE INDEX payments_to_close ON payments (close_tried_at, id) WHERE must_close = 1;

-- What was said, each time its meaning was new.
CREATE TABLE observations (
    id INTEGER PRIMARY KEY,
    payment_id INTEGER NOT NULL REFERENCES payments (id),
    asked_at INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    meaning TEXT NOT NULL,
    raw_status TEXT,
    body TEXT
) STRICT;
CREATE INDEX observations_by_payment ON observations (payment_id);

-- The audit trail. Append-only: nothing here is ever changed, and nothing about money is ever deleted.
CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    order_id INTEGER REFERENCES orders (id),
    payment_id INTEGER REFERENCES payments (id),
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    what TEXT NOT NULL,
    from_word TEXT,
    to_word TEXT,
    rule TEXT,
    amount INTEGER,
    why TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_order ON events (order_id);
CREATE INDEX events_by_payment ON events (payment_id) WHERE payment_id IS NOT NULL;

-- Questions for a person. `subject` is 'order', 'payment' or 'gateway'; one open case per subject and kind.
CREATE TABLE cases (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL REFERENCES case_kinds (word),
    order_id INTEGER REFERENCES orders (id),
    payment_id INTEGER REFERENCES payments (id),
    gateway TEXT REFERENCES gateways (name),
    subject TEXT NOT NULL,
    rule TEXT NOT NULL,
    facts TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    resolved_at INTEGER,
    resolution TEXT,
    resolved_by TEXT,
    reason TEXT
) STRICT;
CREATE UNIQUE INDEX cases_open ON cases
    (kind, subject, COALESCE(order_id, 0), COALESCE(payment_id, 0), COALESCE(gateway, '')) WHERE resolved_at IS NULL;
CREATE INDEX cases_by_order ON cases (order_id);
CREATE INDEX cases_by_payment ON cases (payment_id) WHERE payment_id IS NOT NULL;

CREATE TABLE refunds (
    id INTEGER PRIMARY KEY,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    payment_id INTEGER NOT NULL REFERENCES payments (id),
    status TEXT NOT NULL REFERENCES refund_statuses (word),
    reason TEXT NOT NULL REFERENCES refund_reasons (word),
    amount INTEGER NOT NULL CHECK (amount > 0),
    refund_key TEXT UNIQUE,
    bank_reference TEXT UNIQUE,
    declined INTEGER NOT NULL DEFAULT 0 CHECK (declined IN (0, 1)),
    created_at INTEGER NOT NULL,
    moved_at INTEGER NOT NULL,
    sent_at INTEGER,
    absent_since INTEGER,
    why TEXT NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX refunds_by_payment ON refunds (payment_id);
CREATE INDEX refunds_by_order ON refunds (order_id);
CREATE INDEX refunds_unfinished ON refunds (status, id) WHERE status IN ('due', 'approved', 'sent', 'unknown', 'failed');

-- The outbox: what must happen once because an order moved.
CREATE TABLE effects (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    order_id INTEGER NOT NULL REFERENCES orders (id),
    occasion TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL REFERENCES effect_statuses (word),
    tries INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER,
    claimed_at INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    moved_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX effects_due ON effects (next_try_at) WHERE status IN ('queued', 'waiting');
CREATE INDEX effects_by_order ON effects (order_id);

CREATE TABLE tickets (
    id INTEGER PRIMARY KEY,
    order_line_id INTEGER NOT NULL REFERENCES order_lines (id),
    unit INTEGER NOT NULL,
    code TEXT NOT NULL UNIQUE,
    issued_at INTEGER NOT NULL,
    suspended_at INTEGER,
    revoked_at INTEGER,
    redeemed_at INTEGER,
    redeemed_by TEXT,
    UNIQUE (order_line_id, unit)
) STRICT;

CREATE TABLE grants (
    id INTEGER PRIMARY KEY,
    order_line_id INTEGER NOT NULL UNIQUE REFERENCES order_lines (id),
    seconds INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    starts_at INTEGER,
    ends_at INTEGER,
    suspended_at INTEGER,
    revoked_at INTEGER
) STRICT;

CREATE TABLE notifications (
    id INTEGER PRIMARY KEY,
    gateway TEXT NOT NULL,
    payment_id INTEGER REFERENCES payments (id),
    received_at INTEGER NOT NULL,
    digest TEXT NOT NULL UNIQUE,
    verdict TEXT NOT NULL,
    body TEXT NOT NULL,
    times INTEGER NOT NULL DEFAULT 1,
    claims_money INTEGER NOT NULL DEFAULT 0 CHECK (claims_money IN (0, 1)),
    answered_at INTEGER
) STRICT;
CREATE INDEX notifications_by_payment ON notifications (payment_id) WHERE payment_id IS NOT NULL;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    job TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    exit INTEGER,
    counts TEXT,
    host TEXT NOT NULL,
    pid INTEGER NOT NULL,
    program TEXT NOT NULL
) STRICT;
CREATE INDEX runs_by_job ON runs (job, id);

-- For people and shops that read the file directly: the same rows, with times spelled out.
CREATE VIEW order_overview AS
SELECT
    orders.number AS order_number,
    orders.status,
    orders.total,
    orders.waived,
    (SELECT CAST(COALESCE(sum(payments.received - payments.charged_back), 0) AS BIGINT)
       FROM payments WHERE payments.order_id = orders.id AND payments.status = 'paid') AS received,
    strftime('%Y-%m-%dT%H:%M:%SZ', orders.created_at / 1000, 'unixepoch') AS created_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', orders.expires_at / 1000, 'unixepoch') AS expires_at,
    customers.name AS customer_name,
    customers.email AS customer_email
FROM orders
LEFT JOIN customers ON customers.id = orders.customer_id;

CREATE VIEW payment_overview AS
SELECT
    payments.id AS payment,
    orders.number AS order_number,
    orders.status AS order_status,
    payments.gateway,
    payments.reference,
    payments.transaction_id,
    payments.status,
    payments.raw_status AS gateway_status,
    payments.amount,
    payments.payable,
    payments.received,
    payments.refunded,
    payments.charged_back,
    payments.method,
    strftime('%Y-%m-%dT%H:%M:%SZ', payments.expires_at / 1000, 'unixepoch') AS expires_at,
    strftime('%Y-%m-%dT%H:%M:%SZ', payments.next_check_at / 1000, 'unixepoch') AS next_check_at,
    CASE WHEN payments.last_asked_at > 0
         THEN strftime('%Y-%m-%dT%H:%M:%SZ', payments.last_asked_at / 1000, 'unixepoch') END AS last_asked_at
FROM payments
JOIN orders ON orders.id = payments.order_id;

CREATE VIEW event_overview AS
SELECT
    strftime('%Y-%m-%dT%H:%M:%SZ', events.at / 1000, 'unixepoch') AS at,
    orders.number AS order_number,
    events.payment_id AS payment,
    events.actor,
    events.what,
    events.from_word,
    events.to_word,
    events.rule,
    events.amount,
    events.why
FROM events
LEFT JOIN orders ON orders.id = events.order_id;
