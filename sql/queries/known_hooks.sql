-- The known hooks of the configuration.
SELECT known_hooks.name
FROM known_hooks
ORDER BY known_hooks.name
LIMIT 1000
