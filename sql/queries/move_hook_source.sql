-- Records that the effects of a known configuration have changed.
UPDATE hook_sources
SET digest = $1
WHERE path = $2
