-- The payments of a gateway with a transaction id, in the order in which they were opened.
SELECT * FROM payment_rows
WHERE gateway = $1 AND transaction_id = $2
ORDER BY id
LIMIT $3
