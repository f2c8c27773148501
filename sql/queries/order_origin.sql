-- Whether a number is taken, and what the import said that took it; null when it was no import.
SELECT import_digest
FROM orders
WHERE number = $1
