-- The payments of a gateway with a reference, in the order in which they were opened.
SELECT * FROM payment_rows
WHERE gateway = $1 AND reference = $2
ORDER BY id
LIMIT $3
