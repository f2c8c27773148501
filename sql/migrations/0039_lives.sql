-- Lives: a restored backup is held until a person releases it, and keys and references made after it are told apart from those of the life that was lost.
CREATE TABLE file_life (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- Stands in keys and references that are made from now on; empty in the first life.
    life TEXT,
    -- The instant that the file shows, while it is held; empty: it is in use.
    held_as_of INTEGER,
    restored_at INTEGER,
    -- Where the file that it replaced was kept.
    replaced_file TEXT,
    released_at INTEGER,
    -- When a job under --quiet last said that the file is held.
    told_at INTEGER
) STRICT;
INSERT INTO file_life (id) VALUES (1);

-- Effects that were done in a life that was lost: they are not carried out again.
CREATE TABLE lost_effects (
    key TEXT PRIMARY KEY,
    order_id INTEGER,
    output TEXT,
    output_cut INTEGER NOT NULL DEFAULT 0 CHECK (output_cut IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE INDEX lost_effects_by_order ON lost_effects (order_id) WHERE output IS NOT NULL;

-- The life in which they were made; empty: the first.
ALTER TABLE orders ADD COLUMN life TEXT;
ALTER TABLE refunds ADD COLUMN life TEXT;
