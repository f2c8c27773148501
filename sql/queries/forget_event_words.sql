-- Removes a hook's output from an event; the rest of the event stays.
UPDATE events
SET why = $1
WHERE id = $2
