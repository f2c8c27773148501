-- All effects of an order, earliest first.
SELECT * FROM effect_rows
WHERE order_id = $1
ORDER BY id
