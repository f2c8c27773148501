-- The access that an order gives, newest first, optionally for one product.
SELECT * FROM access_rows
WHERE order_id = $1 AND (CAST($2 AS TEXT) IS NULL OR sku = $2)
ORDER BY id DESC
LIMIT $3
