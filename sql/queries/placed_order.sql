-- How the order with a number stands, and the digest of what it was placed by; null of an import or an older version.
SELECT id, status, total, expires_at, placed_digest
FROM orders
WHERE number = $1
