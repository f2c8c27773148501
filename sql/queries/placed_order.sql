-- The state of the order with a number, and the digest of its content; null for an import or an order of an older version.
SELECT id, status, total, expires_at, placed_digest
FROM orders
WHERE number = $1
