-- Orders of customers of whom a word lies between two texts: of so many such words the newest orders.
SELECT orders.id, found.kind, found.term
FROM (
    SELECT customer_terms.term, customer_terms.kind, customer_terms.customer_id
    FROM customer_terms
    WHERE customer_terms.term >= $1
        AND customer_terms.term < $2
    ORDER BY customer_terms.term DESC, customer_terms.kind DESC, customer_terms.customer_id DESC
    LIMIT $3
) AS found
JOIN orders ON orders.customer_id = found.customer_id
ORDER BY orders.id DESC
LIMIT $4
