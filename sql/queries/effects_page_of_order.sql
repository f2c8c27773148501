-- The effects of an order with its number, earliest first, optionally of one status or only unfinished ones.
SELECT effect_rows.*, orders.number
FROM orders
JOIN effect_rows ON effect_rows.order_id = orders.id
WHERE orders.number = $1
    AND ($2 IS NULL OR effect_rows.status = $2)
    AND ($3 OR effect_rows.status NOT IN ('done', 'cancelled'))
    AND effect_rows.id > $4
    AND ($5 IS NULL OR effect_rows.created_at >= $5)
    AND ($6 IS NULL OR effect_rows.created_at < $6)
ORDER BY effect_rows.id
LIMIT $7
