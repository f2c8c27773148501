-- Rows that name a row which is not there.
SELECT
    NULL AS order_number,
    NULL AS payment,
    'row ' || COALESCE(missing.rowid, '?') || ' of ' || missing."table"
        || ' names a row of ' || missing.parent || ' that is not there' AS what
FROM pragma_foreign_key_check AS missing
LIMIT $1
