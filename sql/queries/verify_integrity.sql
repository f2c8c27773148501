-- What SQLite's own integrity check finds wrong with the file.
SELECT NULL AS order_number, NULL AS payment, pragma_integrity_check.integrity_check AS what
FROM pragma_integrity_check
WHERE pragma_integrity_check.integrity_check <> 'ok'
LIMIT $1
