-- A product with its terms and counters.
SELECT
    sku, name, price, capacity, access_seconds, access_from, issues_tickets, resaleable, late_money, held, sold
FROM products
WHERE sku = $1
