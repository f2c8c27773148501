-- Records until when this machine's clock is trusted without a gateway, and since when it has jumped.
UPDATE clock
SET accepted_at = $1, jumped_at = $2
WHERE id = 1
