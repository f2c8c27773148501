-- Effects with their order numbers, earliest first, optionally of one status.
SELECT effect_rows.*, orders.number
FROM effect_rows
LEFT JOIN orders ON orders.id = effect_rows.order_id
WHERE (CAST($1 AS TEXT) IS NULL OR effect_rows.status = $1)
    AND effect_rows.id > $2
    AND (CAST($3 AS BIGINT) IS NULL OR effect_rows.created_at >= $3)
    AND (CAST($4 AS BIGINT) IS NULL OR effect_rows.created_at < $4)
ORDER BY effect_rows.id
LIMIT $5
