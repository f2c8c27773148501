-- The payments of a gateway for which a notification named a try with this transaction id, in the order in which they were opened.
SELECT payment_rows.*
FROM payment_rows
JOIN named_tries ON named_tries.payment_id = payment_rows.id
WHERE payment_rows.gateway = $1 AND named_tries.transaction_id = $2
ORDER BY payment_rows.id
LIMIT $3
