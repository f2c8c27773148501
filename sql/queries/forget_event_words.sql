-- Takes the words of a hook out of an event; when, who and what stay.
UPDATE events
SET why = $1
WHERE id = $2
