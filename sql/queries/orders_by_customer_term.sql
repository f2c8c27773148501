-- Orders of customers of whom words begin like those given: of so many with the first word the newest orders.
SELECT orders.id, found.kind, found.term
FROM (
    SELECT begun.term, begun.kind, begun.customer_id
    FROM (
        SELECT customer_terms.term, customer_terms.kind, customer_terms.customer_id
        FROM customer_terms
        WHERE customer_terms.term >= $1
            AND customer_terms.term < $2
        ORDER BY customer_terms.term DESC, customer_terms.kind DESC, customer_terms.customer_id DESC
        LIMIT $3
    ) AS begun
    WHERE (CAST($4 AS TEXT) IS NULL OR EXISTS (
            SELECT 1 FROM customer_terms AS other
            WHERE other.customer_id = begun.customer_id AND other.term >= $4 AND other.term < $5
        ))
        AND (CAST($6 AS TEXT) IS NULL OR EXISTS (
            SELECT 1 FROM customer_terms AS other
            WHERE other.customer_id = begun.customer_id AND other.term >= $6 AND other.term < $7
        ))
) AS found
JOIN orders ON orders.customer_id = found.customer_id
ORDER BY orders.id DESC, found.term DESC, found.kind DESC
LIMIT $8
