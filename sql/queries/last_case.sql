-- The number of the newest case.
SELECT max(id)
FROM cases
