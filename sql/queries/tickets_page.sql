-- Tickets in the order in which they were issued, optionally of one product.
SELECT * FROM ticket_rows
WHERE ($1 IS NULL OR sku = $1)
    AND id > $2
ORDER BY id
LIMIT $3
