-- What older versions may have harmed is looked for once, payment after payment. A file without payments has none.
CREATE TABLE harms (
    kind TEXT PRIMARY KEY,
    after_id INTEGER NOT NULL DEFAULT 0,
    done_at INTEGER
) STRICT, WITHOUT ROWID;

INSERT INTO harms (kind, done_at)
VALUES ('not_found', CASE WHEN EXISTS (SELECT 1 FROM payments) THEN NULL ELSE 0 END);
