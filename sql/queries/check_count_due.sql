-- The number of a gateway's payments that are due for a query.
SELECT count(*) AS payments
FROM payments
WHERE gateway = $1 AND next_check_at IS NOT NULL AND next_check_at <= $2
