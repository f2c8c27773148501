-- Open and closed cases, earliest first, optionally of one kind.
SELECT * FROM case_rows
WHERE ($1 IS NULL OR kind = $1)
    AND id > $2
ORDER BY id
LIMIT $3
