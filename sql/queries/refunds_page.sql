-- Refunds of every status, oldest first; a null parameter does not filter.
SELECT * FROM refund_rows
WHERE (CAST($1 AS TEXT) IS NULL OR status = $1)
    AND (CAST($2 AS TEXT) IS NULL OR number = $2)
    AND id > $3
ORDER BY id
LIMIT $4
