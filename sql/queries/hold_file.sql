-- Holds the file as the shop's books of an instant; one that was held already shows what it showed.
UPDATE file_life
SET life = $1, held_as_of = COALESCE(held_as_of, $2), restored_at = $3, replaced_file = $4, released_at = NULL, told_at = NULL
WHERE id = 1
