-- The gateways that have ever had a payment, or the one that is named.
SELECT name
FROM gateways
WHERE ($1 IS NULL OR name = $1)
ORDER BY name
LIMIT 1000
