-- Access in the order in which it was granted, optionally for one product.
SELECT * FROM access_rows
WHERE ($1 IS NULL OR sku = $1)
    AND id > $2
ORDER BY id
LIMIT $3
