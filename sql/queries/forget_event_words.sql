-- Removes a hook's output from an event; the rest of the event stays.
UPDATE events
SET why = $1, code = NULL, params = NULL
WHERE id = $2
