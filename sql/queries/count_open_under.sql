-- How many payments of a gateway can still be paid, as far as we know, that were opened under one version of its interface.
SELECT count(*)
FROM payments
WHERE gateway = $1 AND api_version = $2 AND status IN ('created', 'pending', 'challenged')
