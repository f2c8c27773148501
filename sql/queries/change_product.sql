-- Changes the terms of a product; its held and sold counters stay.
UPDATE products
SET name = $1, price = $2, capacity = $3, access_seconds = $4, access_from = $5, issues_tickets = $6,
    resaleable = $7, late_money = $8
WHERE sku = $9
