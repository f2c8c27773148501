-- The customers with an email address, whatever the case of its letters.
SELECT customers.id
FROM customers
WHERE lower(customers.email) = lower($1)
ORDER BY customers.id
LIMIT 1000
