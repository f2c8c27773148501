-- Whether an order number is taken, and the digest of the import that took it; null if it was not imported.
SELECT import_digest
FROM orders
WHERE number = $1
