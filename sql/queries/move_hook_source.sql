-- Remembers that the effects of a known configuration do something else now.
UPDATE hook_sources
SET digest = $1
WHERE path = $2
