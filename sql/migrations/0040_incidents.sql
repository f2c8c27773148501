-- What goes wrong for a while and then ends: told when it begins, while it goes on, and when it is over.
CREATE TABLE incident_kinds (word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO incident_kinds (word) VALUES
    ('gateway_silent'), ('key_refused'), ('address_gone'), ('account_doubted'), ('gateway_unusable'), ('clock_differs'),
    ('job_held'), ('job_failed'), ('nothing_ran'), ('hook_fails');

CREATE TABLE incidents (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL REFERENCES incident_kinds (word),
    -- The gateway, the job or the effect; empty where there is only one.
    subject TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ended_at INTEGER,
    facts TEXT NOT NULL,
    affected INTEGER NOT NULL,
    -- When a person was last told that it is there, and when that it is over.
    told_at INTEGER,
    over_told_at INTEGER
) STRICT;
CREATE UNIQUE INDEX incidents_open ON incidents (kind, subject) WHERE ended_at IS NULL;
CREATE INDEX incidents_untold ON incidents (id) WHERE over_told_at IS NULL;
CREATE INDEX incidents_by_kind ON incidents (kind, ended_at);

-- What the shop's alerts have told of an incident.
CREATE TABLE alerts (
    incident_id INTEGER NOT NULL REFERENCES incidents (id) ON DELETE CASCADE,
    hook TEXT NOT NULL,
    times INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    over_sent_at INTEGER,
    PRIMARY KEY (incident_id, hook)
) STRICT, WITHOUT ROWID;

-- Orders are counted by status after every job, without reading them. No other statement has this condition.
CREATE INDEX orders_counted ON orders (status, total) WHERE status <> '';
