-- The status of the effect with a key.
SELECT status
FROM effects
WHERE key = $1
