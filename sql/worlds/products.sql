-- Every product, with its counters.
SELECT
    id,
    sku,
    capacity,
    held,
    sold,
    resaleable
FROM products
ORDER BY id
