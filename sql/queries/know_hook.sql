-- Remembers a hook that the configuration names.
INSERT INTO known_hooks (name)
VALUES ($1)
