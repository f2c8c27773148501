-- Open and closed cases, earliest first, optionally of one kind.
SELECT * FROM case_rows
WHERE (CAST($1 AS TEXT) IS NULL OR kind = $1)
    AND id > $2
ORDER BY id
LIMIT $3
