-- Customers of an older version, whom no search finds yet.
SELECT customers.id, customers.name, customers.email, customers.phone
FROM customers
WHERE customers.id > $1
    AND (customers.name IS NOT NULL OR customers.email IS NOT NULL OR customers.phone IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM customer_terms WHERE customer_terms.customer_id = customers.id)
ORDER BY customers.id
LIMIT $2
