-- The hooks that the configuration named when it was last read by a command that writes.
CREATE TABLE known_hooks (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
