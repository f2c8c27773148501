-- What SQLite's quick check finds wrong with the file.
SELECT pragma_quick_check.quick_check AS what
FROM pragma_quick_check
WHERE pragma_quick_check.quick_check <> 'ok'
LIMIT 1
