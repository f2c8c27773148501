-- The next payments by id, in any state.
SELECT * FROM payment_rows
WHERE id > $1
ORDER BY id
LIMIT $2
