-- How many payments of a gateway are due to be asked about.
SELECT count(*)
FROM payments
WHERE gateway = $1 AND next_check_at IS NOT NULL AND next_check_at <= $2
