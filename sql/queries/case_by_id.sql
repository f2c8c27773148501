-- One case, open or closed, with its order.
SELECT * FROM case_rows
WHERE id = $1
