-- All gateways that have ever had a payment, or the named one.
SELECT name
FROM gateways
WHERE ($1 IS NULL OR name = $1)
ORDER BY name
LIMIT 1000
