-- Whose clock was believed: what the gateways' clocks have said about this machine's, and from which instants everything
-- that ends by the time alone is reckoned.
CREATE TABLE clock (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- The latest instant at which any program has begun to write.
    latest_at INTEGER NOT NULL,
    -- The last instant that the gateways' clocks have confirmed.
    confirmed_at INTEGER,
    -- By how much their clocks were ahead when they last contradicted this machine's; empty since they agree.
    differs_ms INTEGER,
    -- The last instant of this machine's clock that was taken without a gateway, and where it has jumped to since.
    accepted_at INTEGER,
    jumped_at INTEGER,
    -- Payments are to be looked through once for instants of a clock that was wrong.
    must_look INTEGER NOT NULL DEFAULT 0 CHECK (must_look IN (0, 1)),
    -- They were looked through by this machine's word, and what a gateway must confirm is left.
    must_mend INTEGER NOT NULL DEFAULT 0 CHECK (must_mend IN (0, 1))
) STRICT;

INSERT INTO clock (id, latest_at, accepted_at, must_look)
SELECT
    1,
    max(
        COALESCE((SELECT max(payments.last_asked_at) FROM payments), 0),
        COALESCE((SELECT max(events.at) FROM events), 0),
        COALESCE((SELECT max(runs.started_at) FROM runs), 0)
    ),
    (SELECT runs.started_at FROM runs ORDER BY runs.id DESC LIMIT 1),
    (SELECT count(*) > 0 FROM payments);

ALTER TABLE runs ADD COLUMN clock_confirmed INTEGER NOT NULL DEFAULT 0 CHECK (clock_confirmed IN (0, 1));
ALTER TABLE runs ADD COLUMN clock_difference_ms INTEGER;

-- Nobody knows by which clock these answers were dated, so an order that still waits is asked about once more after its
-- deadline before it ends.
UPDATE payments
SET last_answered_at = (SELECT orders.expires_at FROM orders WHERE orders.id = payments.order_id)
WHERE EXISTS (
    SELECT 1
    FROM orders
    WHERE orders.id = payments.order_id
        AND orders.status = 'pending'
        AND orders.expires_at < payments.last_answered_at
);
