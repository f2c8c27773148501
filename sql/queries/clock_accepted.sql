-- Records how long a person trusts this machine's clock without a gateway, and since when it has jumped.
UPDATE clock
SET accepted_at = $1, jumped_at = $2
WHERE id = 1
