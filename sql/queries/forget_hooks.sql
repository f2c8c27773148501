-- Deletes the known hooks of the configuration.
DELETE FROM known_hooks
