-- Tickets in the order in which they were issued; a null parameter does not filter.
SELECT * FROM ticket_rows
WHERE ($1 IS NULL OR sku = $1)
    AND id > $2
    AND ($3 IS NULL OR issued_at >= $3)
    AND ($4 IS NULL OR issued_at < $4)
ORDER BY id
LIMIT $5
