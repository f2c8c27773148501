-- The number of the newest event.
SELECT max(id) AS id
FROM events
