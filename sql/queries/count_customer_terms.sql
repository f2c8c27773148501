-- How many words of customers lie between two texts, counted up to a limit.
SELECT CAST(count(*) AS BIGINT) AS terms
FROM (
    SELECT 1
    FROM customer_terms
    WHERE customer_terms.term >= $1
        AND customer_terms.term < $2
    LIMIT $3
) AS counted
