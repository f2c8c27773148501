-- Products with more held and sold units than their capacity, or with negative counters.
SELECT
    NULL AS order_number,
    NULL AS payment,
    products.sku || ' has ' || products.held || ' held and ' || products.sold || ' sold'
        || COALESCE(' of ' || products.capacity, '') AS what
FROM products
WHERE products.held < 0 OR products.sold < 0 OR products.held + products.sold > products.capacity
ORDER BY products.id
LIMIT $1
