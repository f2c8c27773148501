-- How many tables, indexes and views there are, whosever they are.
SELECT count(*) AS tables
FROM sqlite_schema
