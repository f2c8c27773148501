-- The configurations that this file is used with, and what the effects of each do.
SELECT hook_sources.path, hook_sources.digest
FROM hook_sources
ORDER BY hook_sources.path
LIMIT 1000
