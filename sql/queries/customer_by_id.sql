-- The customer with an id, if there is anything to erase.
SELECT customers.id
FROM customers
WHERE customers.id = $1
    AND (customers.name IS NOT NULL OR customers.email IS NOT NULL OR customers.phone IS NOT NULL
        OR customers.has_words = 1)
