-- Rows that refer to a missing row.
SELECT
    NULL AS order_number,
    NULL AS payment,
    'row ' || COALESCE(missing.rowid, '?') || ' of ' || missing."table"
        || ' refers to a missing row of ' || missing.parent AS what
FROM pragma_foreign_key_check AS missing
LIMIT $1
