-- Products by SKU after a given one.
SELECT
    sku, name, price, capacity, access_seconds, access_from, issues_tickets, resaleable, late_money, held, sold
FROM products
WHERE sku > $1
ORDER BY sku
LIMIT $2
