-- Refunds of every status, oldest first; a null parameter does not filter.
SELECT * FROM refund_rows
WHERE ($1 IS NULL OR status = $1)
    AND ($2 IS NULL OR number = $2)
    AND id > $3
ORDER BY id
LIMIT $4
