-- The effects of an order with its number, earliest first, optionally of one status or only unfinished ones.
SELECT effect_rows.*, orders.number
FROM orders
JOIN effect_rows ON effect_rows.order_id = orders.id
WHERE orders.number = $1
    AND (CAST($2 AS TEXT) IS NULL OR effect_rows.status = $2)
    AND (CAST($3 AS BIGINT) = 1 OR effect_rows.status NOT IN ('done', 'cancelled'))
    AND effect_rows.id > $4
    AND (CAST($5 AS BIGINT) IS NULL OR effect_rows.created_at >= $5)
    AND (CAST($6 AS BIGINT) IS NULL OR effect_rows.created_at < $6)
ORDER BY effect_rows.id
LIMIT $7
