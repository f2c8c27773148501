-- The number of all tables, indexes and views.
SELECT count(*) AS tables
FROM sqlite_schema
