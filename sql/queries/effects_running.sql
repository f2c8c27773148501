-- Claimed effects, with the worker's host and the end of the claim.
SELECT * FROM effect_rows
WHERE status = 'running'
ORDER BY id
LIMIT 1000
