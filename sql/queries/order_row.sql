-- An order with its sums.
SELECT * FROM order_rows
WHERE order_rows.id = $1
