-- Customers with the words that are kept for finding their orders, by number of their row.
SELECT
    customers.id, customers.name, customers.email, customers.phone,
    (
        SELECT string_agg(customer_terms.kind || ' ' || customer_terms.term, '
')
        FROM customer_terms
        WHERE customer_terms.customer_id = customers.id
    ) AS terms
FROM customers
WHERE customers.id > $1
ORDER BY customers.id
LIMIT $2
