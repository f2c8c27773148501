-- Takes what a gateway knew until now out of the count of what it must still know.
UPDATE gateways
SET accepted_at = $1
WHERE name = $2
