-- The number of payments that a gateway has confirmed and still knew after a person accepted that it does not know the others.
SELECT count(*) AS payments
FROM payments
WHERE gateway = $1
    AND seen = 1
    AND (CAST($2 AS BIGINT) IS NULL OR (last_answered_at > $3 AND substr(last_meaning, 1, 11) <> 'not_started'))
