-- The file has no instants ahead of now any more; whether all of it was mended, or only what is due.
UPDATE clock
SET latest_at = $1, must_look = 0, must_mend = $2
WHERE id = 1
