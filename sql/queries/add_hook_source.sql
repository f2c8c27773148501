-- Remembers a configuration and what its effects do.
INSERT INTO hook_sources (path, digest)
VALUES ($1, $2)
