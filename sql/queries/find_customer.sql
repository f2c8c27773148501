-- The customer with exactly this email, phone and name.
SELECT id
FROM customers
WHERE email IS NOT DISTINCT FROM $1 AND phone IS NOT DISTINCT FROM $2 AND name IS NOT DISTINCT FROM $3
ORDER BY id
LIMIT 1
