-- Access in the order in which it was granted; a null parameter does not filter.
SELECT * FROM access_rows
WHERE ($1 IS NULL OR sku = $1)
    AND ($2 IS NULL OR EXISTS (
        SELECT 1 FROM payments WHERE payments.order_id = access_rows.order_id AND payments.gateway = $2
    ))
    AND id > $3
    AND ($4 IS NULL OR issued_at >= $4)
    AND ($5 IS NULL OR issued_at < $5)
ORDER BY id
LIMIT $6
