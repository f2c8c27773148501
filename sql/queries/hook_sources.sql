-- The configurations that this file is used with, each with a digest of what its effects do.
SELECT hook_sources.path, hook_sources.digest
FROM hook_sources
ORDER BY hook_sources.path
LIMIT 1000
