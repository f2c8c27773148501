-- Access in the order in which it was granted; a null parameter does not filter.
SELECT * FROM access_rows
WHERE (CAST($1 AS TEXT) IS NULL OR sku = $1)
    AND (CAST($2 AS TEXT) IS NULL OR EXISTS (
        SELECT 1 FROM payments WHERE payments.order_id = access_rows.order_id AND payments.gateway = $2
    ))
    AND id > $3
    AND (CAST($4 AS BIGINT) IS NULL OR issued_at >= $4)
    AND (CAST($5 AS BIGINT) IS NULL OR issued_at < $5)
ORDER BY id
LIMIT $6
