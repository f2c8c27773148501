-- Releases the file; what is made from now on belongs to another life.
UPDATE file_life
SET life = $1, held_as_of = NULL, released_at = $2, told_at = NULL
WHERE id = 1
