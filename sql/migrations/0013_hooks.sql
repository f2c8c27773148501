-- The hooks that the configuration named when it was last read by a command that writes.
CREATE TABLE known_hooks (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- Until then, those that have ever had something to do.
INSERT INTO known_hooks (name) SELECT DISTINCT hook FROM effects;
