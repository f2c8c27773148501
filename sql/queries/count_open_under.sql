-- The number of a gateway's payments that may still be payable and were opened under one version of its interface.
SELECT count(*) AS payments
FROM payments
WHERE gateway = $1 AND api_version = $2 AND status IN ('created', 'pending', 'challenged')
