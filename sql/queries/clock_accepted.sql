-- The instant up to which this machine's clock is taken without a gateway, and where it has jumped to since.
UPDATE clock
SET accepted_at = $1, jumped_at = $2
WHERE id = 1
