-- The newest payments that a gateway itself has confirmed; those first that it still knew and answered about last time.
SELECT due_payment_rows.*
FROM (
    SELECT id
    FROM payments
    WHERE gateway = $1 AND seen = 1
    ORDER BY id DESC
    LIMIT $2
) AS newest
JOIN due_payment_rows ON due_payment_rows.id = newest.id
ORDER BY
    COALESCE(substr(due_payment_rows.last_meaning, 1, 11), '') = 'not_started',
    due_payment_rows.check_phase = 'silent',
    due_payment_rows.id DESC
