-- The number of the newest case.
SELECT max(id) AS id
FROM cases
