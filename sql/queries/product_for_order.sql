-- What an order needs to know about a product: its row, its price, and whether its units get tickets.
SELECT id, price, issues_tickets
FROM products
WHERE sku = $1
