-- Effects with their order numbers, earliest first, optionally of one status.
SELECT effect_rows.*, orders.number
FROM effect_rows
LEFT JOIN orders ON orders.id = effect_rows.order_id
WHERE ($1 IS NULL OR effect_rows.status = $1)
    AND effect_rows.id > $2
    AND ($3 IS NULL OR effect_rows.created_at >= $3)
    AND ($4 IS NULL OR effect_rows.created_at < $4)
ORDER BY effect_rows.id
LIMIT $5
