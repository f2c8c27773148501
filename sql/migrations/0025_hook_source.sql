-- With which configurations this file is used, and a digest of what the effects of each do: so that another shop's
-- configuration, though its effects have the same names, moves no order here.
CREATE TABLE hook_sources (
    path TEXT PRIMARY KEY,
    digest TEXT NOT NULL
) STRICT, WITHOUT ROWID;
