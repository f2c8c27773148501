-- The number of the newest event.
SELECT max(id)
FROM events
