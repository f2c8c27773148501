-- All gateways that have ever had a payment, or the named one.
SELECT name
FROM gateways
WHERE (CAST($1 AS TEXT) IS NULL OR name = $1)
ORDER BY name
LIMIT 1000
