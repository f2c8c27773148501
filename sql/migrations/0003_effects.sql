-- Effects: what must happen once because an order moved. The table stood empty until now, and is made anew.
DROP TABLE effects;

CREATE TABLE occasions (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO occasions (word) VALUES
    ('paid'), ('revoked'), ('expired'), ('cancelled'), ('refund_due'), ('case_opened');

CREATE TABLE effect_kinds (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO effect_kinds (word) VALUES ('exec'), ('http'), ('mail');

-- One without an order is about a case of a gateway account. Who claimed it carries it out just now.
CREATE TABLE effects (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    order_id INTEGER REFERENCES orders (id),
    refund_id INTEGER REFERENCES refunds (id),
    case_id INTEGER REFERENCES cases (id),
    occasion TEXT NOT NULL REFERENCES occasions (word),
    hook TEXT NOT NULL,
    nth INTEGER NOT NULL,
    kind TEXT NOT NULL REFERENCES effect_kinds (word),
    repeatable INTEGER NOT NULL CHECK (repeatable IN (0, 1)),
    status TEXT NOT NULL REFERENCES effect_statuses (word),
    tries INTEGER NOT NULL DEFAULT 0,
    next_try_at INTEGER,
    claimed_at INTEGER,
    claimed_until INTEGER,
    claimed_host TEXT,
    claimed_pid INTEGER,
    last_error TEXT,
    created_at INTEGER NOT NULL,
    moved_at INTEGER NOT NULL,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (order_id IS NOT NULL OR case_id IS NOT NULL)
) STRICT;
CREATE INDEX effects_due ON effects (next_try_at, id) WHERE status IN ('queued', 'waiting');
CREATE INDEX effects_running ON effects (id) WHERE status = 'running';
CREATE INDEX effects_by_order ON effects (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX effects_by_refund ON effects (refund_id) WHERE refund_id IS NOT NULL;
CREATE INDEX effects_by_case ON effects (case_id) WHERE case_id IS NOT NULL;
