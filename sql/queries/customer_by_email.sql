-- The customers with an email address, in upper or lower case.
SELECT customers.id
FROM customers
WHERE lower(customers.email) = lower($1)
ORDER BY customers.id
LIMIT 1000
