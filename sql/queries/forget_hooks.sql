-- Forgets the hooks that the configuration was last seen to name.
DELETE FROM known_hooks
