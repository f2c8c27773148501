-- Resets the payments that a gateway must still know: those known until now no longer count.
UPDATE gateways
SET accepted_at = $1
WHERE name = $2
