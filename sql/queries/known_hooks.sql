-- The hooks that the configuration was last seen to name.
SELECT known_hooks.name
FROM known_hooks
ORDER BY known_hooks.name
LIMIT 1000
