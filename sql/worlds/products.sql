-- Every product, with its counters.
SELECT
    id,
    sku,
    capacity,
    held,
    sold,
    resaleable,
    late_money
FROM products
ORDER BY id
