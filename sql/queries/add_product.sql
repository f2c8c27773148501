-- Adds a product.
INSERT INTO products (
    name, price, capacity, access_seconds, access_from, issues_tickets, resaleable, late_money, sku
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
