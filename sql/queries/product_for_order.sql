-- What an order needs to know of a product: its row and its price.
SELECT id, price
FROM products
WHERE sku = $1
